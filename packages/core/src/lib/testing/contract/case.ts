/** One requirement: `run` rejects where the store does not meet it. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}
