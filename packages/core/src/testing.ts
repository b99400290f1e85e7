export { type Fault, type FaultyOptions, faulty, type StoreOperation } from "./lib/faulty.ts";
export type { ContractCase } from "./lib/store-contract/case.ts";
export { type ContractOptions, storeContract } from "./lib/store-contract.ts";
