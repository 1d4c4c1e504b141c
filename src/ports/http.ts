/** What is to be listened for, and who answers. */
export interface ListenOf {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** How long a caller may take for its headers; ten seconds unless told. */
  readonly headersMs?: number;
  /** Called when the server stops, before it waits for answers that have begun. */
  readonly stopping: () => void;
}

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Takes no more requests and ends; answers that have begun have five seconds. */
  stop(): Promise<void>;
}
