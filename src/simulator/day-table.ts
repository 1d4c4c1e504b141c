/** What a series uses on a day. */
export interface DayEntry {
  readonly series: number;
  readonly day: number;
  /** Whole number of 10⁻ᑫ units of the series; negative for credits and refunds. */
  readonly quantity: number;
  /** Days after its own day on which it arrives; 0: with its day. */
  readonly lag?: number;
  /** What deliveries before `restatedOn` (a day number) say instead. */
  readonly before?: number;
  readonly restatedOn?: number;
}

/** Grows by doubling; columns of numbers only, ready for the engine. */
export class DayTable {
  length = 0;
  #series = new Int32Array(4096);
  #day = new Int32Array(4096);
  #lag = new Int32Array(4096);
  #restatedOn = new Int32Array(4096);
  #quantity = new Float64Array(4096);
  #before = new Float64Array(4096);

  add({ series, day, quantity, lag = 0, before = quantity, restatedOn = 0 }: DayEntry): void {
    if (this.length === this.#series.length) this.#grow();
    const i = this.length++;
    this.#series[i] = series;
    this.#day[i] = day;
    this.#lag[i] = lag;
    this.#restatedOn[i] = restatedOn;
    this.#quantity[i] = quantity;
    this.#before[i] = before;
  }

  get series(): Int32Array {
    return this.#series.subarray(0, this.length);
  }

  get day(): Int32Array {
    return this.#day.subarray(0, this.length);
  }

  get lag(): Int32Array {
    return this.#lag.subarray(0, this.length);
  }

  get restatedOn(): Int32Array {
    return this.#restatedOn.subarray(0, this.length);
  }

  get quantity(): Float64Array {
    return this.#quantity.subarray(0, this.length);
  }

  get before(): Float64Array {
    return this.#before.subarray(0, this.length);
  }

  #grow(): void {
    const size = this.length * 2;
    const ints = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(size);
      grown.set(old);
      return grown;
    };
    const doubles = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(size);
      grown.set(old);
      return grown;
    };
    this.#series = ints(this.#series);
    this.#day = ints(this.#day);
    this.#lag = ints(this.#lag);
    this.#restatedOn = ints(this.#restatedOn);
    this.#quantity = doubles(this.#quantity);
    this.#before = doubles(this.#before);
  }
}
