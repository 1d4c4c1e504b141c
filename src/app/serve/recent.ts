/** Remembers the values that were asked for last, at most so many, and computes each once, however many ask for it at a time. */
export class Recent<T> {
  readonly #values = new Map<string, Promise<T>>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The value of `name`, computed by `make` unless it is known or being computed. A failure is not remembered. */
  get(name: string, make: () => Promise<T>): Promise<T> {
    const known = this.#values.get(name);
    if (known !== undefined) {
      this.#values.delete(name);
      this.#values.set(name, known);
      return known;
    }
    const made = make();
    this.#values.set(name, made);
    made.catch(() => {
      if (this.#values.get(name) === made) this.#values.delete(name);
    });
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#most && oldest !== undefined) this.#values.delete(oldest);
    return made;
  }
}
