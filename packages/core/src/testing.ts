export { type Fault, type FaultyOptions, faulty, type StoreOperation } from "./lib/store/faulty.ts";
export type { ContractCase } from "./lib/store/store-contract/case.ts";
export { type ContractOptions, storeContract } from "./lib/store/store-contract.ts";
