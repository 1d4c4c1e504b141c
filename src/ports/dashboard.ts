/** What is to be refreshed, and by which name. */
export interface RefreshOf {
  /** Letters, digits and dashes: `daily-20261119`. Of one name and one `since` there is one refresh, however often it is asked for. */
  readonly name: string;
  /** A refresh by that name which began before (ms since 1970) is not this one; undefined: any is. */
  readonly since: number | undefined;
  /** Whether nobody has the time to wait any longer; absent: nobody is in a hurry. */
  readonly isTimeUp?: (() => boolean) | undefined;
}

/** A refresh that ended well. */
export interface Refreshed {
  /** As the dashboard calls it: the name, or the name and a number where that name was taken. */
  readonly id: string;
  /** Rows that it took in, where it says so. */
  readonly rows: number | undefined;
}

/** A dashboard that keeps a copy of the figures, and has to be told when they have changed. */
export interface Dashboard {
  /**
   * Has the copy made anew, and waits for it for some minutes.
   * @throws UserError `DASHBOARD_NOT_REFRESHED` if it failed or was refused, `DASHBOARD_STILL_REFRESHING` if it goes on,
   *   `CREDENTIALS_…`
   */
  refresh(of: RefreshOf): Promise<Refreshed>;
}
