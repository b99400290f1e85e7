export { type Fault, type FaultyOptions, faulty, type StoreOperation } from "./lib/faulty.ts";
export { type ContractCase, type ContractOptions, storeContract } from "./lib/store-contract.ts";
