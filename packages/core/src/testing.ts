export type { ContractCase } from "./lib/testing/contract/case.ts";
export { type Fault, type FaultyOptions, faulty, type StoreOperation } from "./lib/testing/faulty.ts";
export { type ContractOptions, storeContract } from "./lib/testing/store-contract.ts";
