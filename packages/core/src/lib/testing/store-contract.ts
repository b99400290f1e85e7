import type { StoreOperations } from "../store.ts";
import type { ContractCase } from "./contract/case.ts";
import { atomicCases } from "./contract/concurrency.ts";
import { clockCase, expiryCases, sweepCase } from "./contract/expiry.ts";
import { ownerCases } from "./contract/owners.ts";
import { recordCases } from "./contract/records.ts";
import { writeCases } from "./contract/writes.ts";

/** The options of `storeContract`. */
export interface ContractOptions {
  /** The number of records in the case that keeps many records apart. Default 10 000. */
  readonly many?: number;
  /** The number of writers in the case of concurrent writers. Default 64. */
  readonly writers?: number;
  /** Moves the store's clock forward, if you can. It adds a case in which a record expires as time passes. */
  readonly advance?: (seconds: number) => void | Promise<void>;
}

/**
 * The requirements of every store as test cases for any test runner: call `it(name, run)` for each.
 *
 * Ids are random, so the store need not be empty. The cases write and delete records: never use a production store.
 */
export function storeContract(store: StoreOperations, options: ContractOptions = {}): ContractCase[] {
  const { many = 10_000, writers = 64, advance } = options;
  const cases = [...recordCases(store, many), ...writeCases(store), ...expiryCases(store)];
  if (store.atomic !== false) cases.push(...atomicCases(store, writers));
  if (store.list) cases.push(...ownerCases(store, store.list.bind(store)));
  if (store.sweep) cases.push(sweepCase(store, store.sweep.bind(store)));
  if (advance) cases.push(clockCase(store, advance));
  return cases;
}
