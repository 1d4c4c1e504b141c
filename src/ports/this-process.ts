/** The process that we are, so that another one can tell who holds something, and whether it still lives. */
export interface ThisProcess {
  /** For people: the name of the machine. */
  readonly host: string;
  readonly pid: number;
  /**
   * Equal in two processes only if each can see the other's pid: they run on one machine since its last start, in one
   * container or in none.
   */
  readonly machine: string;
  /** Whether a process with this pid runs on this machine. */
  isAlive(pid: number): boolean;
}
