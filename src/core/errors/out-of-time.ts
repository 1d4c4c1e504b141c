/**
 * The time that this process is given is nearly used up, so it did not begin what comes next. Nothing is wrong: what was
 * done is recorded, and the next process that does the same goes on from there.
 */
export class OutOfTime extends Error {
  /** What was not begun. */
  readonly before: string;

  constructor(before: string) {
    super(`The time of this process is nearly used up: ${before} was not begun`);
    this.name = 'OutOfTime';
    this.before = before;
  }
}
