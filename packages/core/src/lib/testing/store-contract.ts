import type { StoreOperations } from "../store.ts";
import type { ContractCase } from "./contract/case.ts";
import { atomicCases } from "./contract/concurrency.ts";
import { clockCase, expiryCases, sweepCase } from "./contract/expiry.ts";
import { ownerCases } from "./contract/owners.ts";
import { recordCases } from "./contract/records.ts";
import { writeCases } from "./contract/writes.ts";

export interface ContractOptions {
  /** How many ids the case of many ids takes. Default 10 000. */
  readonly many?: number;
  /** How many writers the case of concurrent writers takes. Default 64. */
  readonly writers?: number;
  /** Moves the store's clock, where it takes one: then expiry in the course of time is tested too. */
  readonly advance?: (seconds: number) => void | Promise<void>;
}

/**
 * What every store must do, as plain cases without a test runner: give each to the `it` of yours.
 *
 * Ids are random, so the store need not be empty; it must be one that nobody cares about.
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
