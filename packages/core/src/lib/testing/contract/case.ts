/** One requirement of a store: `run` rejects if the store does not meet it. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}
