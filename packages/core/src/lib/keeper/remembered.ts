/** So many at most: then all are forgotten, which costs no more than asking again. */
const MAX_REMEMBERED = 10_000;

/** Answers of the last few seconds. */
export class Remembered<Answer> {
  readonly #seconds: number;
  readonly #now: () => number;
  readonly #answers = new Map<string, { readonly answer: Answer; readonly at: number }>();

  constructor(seconds: number, now: () => number) {
    this.#seconds = seconds;
    this.#now = now;
  }

  get(key: string): Answer | undefined {
    const found = this.#answers.get(key);
    return found && this.#now() < found.at + this.#seconds ? found.answer : undefined;
  }

  set(key: string, answer: Answer): Answer {
    if (this.#seconds === 0) return answer;
    if (this.#answers.size >= MAX_REMEMBERED) this.forgetAll();
    this.#answers.set(key, { answer, at: this.#now() });
    return answer;
  }

  forget(key: string): void {
    this.#answers.delete(key);
  }

  forgetAll(): void {
    this.#answers.clear();
  }
}
