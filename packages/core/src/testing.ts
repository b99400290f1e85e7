export { type ContractCase, type ContractOptions, storeContract } from "./lib/store-contract.ts";
