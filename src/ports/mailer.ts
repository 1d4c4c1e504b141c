/** A whole message, ready to go: RFC 5322 bytes made by delivery. */
export interface Message {
  /** The digest key (run date, edition, recipient group) that also stands in `X-Spendlight-Digest`. */
  readonly key: string;
  readonly messageId: string;
  readonly from: string;
  readonly to: readonly string[];
  /** The message as RFC 5322 bytes (CRLF). */
  readonly raw: Uint8Array;
}

/** What became of a message, per recipient. `unknown`: the connection broke after the data were sent. */
export type Outcome = 'sent' | 'refused' | 'unknown';

export interface Receipt {
  readonly outcomes: Readonly<Record<string, { readonly outcome: Outcome; readonly answer: string }>>;
  /** True where the message lies in a file and nobody was sent it. */
  readonly toNobody: boolean;
  /** What the server calls the message: news of it come under this name. */
  readonly serverId?: string;
  /** For people: the file's path, or the server. */
  readonly where?: string;
}

/** What a mail service lets us send. */
export interface MailLimits {
  /** Only addresses that it has verified get mail. */
  readonly isSandbox: boolean;
  /** Recipients of the last 24 hours, and the most there may be; undefined: as many as one likes. */
  readonly sent: number;
  readonly sentMax: number | undefined;
}

/** Sends mail. `outbox` writes a file exactly once per key; `smtp` and `ses` send at most once. */
export interface Mailer {
  readonly kind: 'outbox' | 'smtp' | 'ses';
  /** Whether `lookup` can tell if a key was delivered: then a repeat is safe. */
  readonly canLookup: boolean;
  /** Whether a message with this key has been delivered; only where `canLookup`. */
  lookup(key: string): Promise<boolean>;
  send(message: Message): Promise<Receipt>;
  /** What the service allows; undefined where it cannot be asked. Absent: it has no such limits. */
  limits?(): Promise<MailLimits | undefined>;
}
