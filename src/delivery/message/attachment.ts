import { gzipSync } from 'node:zlib';
import type { BillingDate } from '../../core/calendar/billing-date.ts';
import type { Attachment } from '../digest/facts.ts';

/** Largest mail that goes out, in bytes on the wire: what SES and most servers take without being asked. */
const MAIL_BYTES_MAX = 10_000_000;
/** Kept free for HTML, text, picture and headers; HTML alone may take 90 KB, the picture about 30 KB. */
const REST_BYTES = 400_000;

/** The day's CSV as it is known before it is packed. */
export interface DayCsv {
  /** Exactly the bytes of the archive's CSV. */
  readonly bytes: Uint8Array;
  readonly day: BillingDate;
  readonly rows: number;
  readonly archiveKey: string;
}

/** An attachment as the digest tells it, with the bytes that travel (none where it is left out). */
export interface PackedCsv {
  readonly attachment: Attachment;
  readonly bytes: Uint8Array | undefined;
}

/**
 * Decides how a CSV travels: as it is, compressed where the mail would pass 10 MB, left out with the reason and the key
 * of the archive where even that is too much.
 * @param csv  undefined where no day is complete
 */
export function packCsv(csv: DayCsv | undefined, simulated: boolean, bytesMax = MAIL_BYTES_MAX): PackedCsv {
  if (csv === undefined) {
    const reason = 'no day is complete';
    return {
      attachment: { kind: 'none', fileName: '', rows: 0, archiveKey: undefined, reason },
      bytes: undefined,
    };
  }
  const { bytes, day, rows, archiveKey } = csv;
  const fileName = `${simulated ? 'SIMULATED-' : ''}ou_breakdown-${day}.csv`;
  if (fits(bytes, bytesMax)) {
    return { attachment: { kind: 'csv', fileName, rows, archiveKey, reason: undefined }, bytes };
  }
  const reason = `the mail would be over ${megabytes(bytesMax)} MB with its ${megabytes(bytes.length)} MB`;
  const packed = gzipSync(bytes, { level: 9 });
  if (fits(packed, bytesMax)) {
    return {
      attachment: { kind: 'csv.gz', fileName: `${fileName}.gz`, rows, archiveKey, reason },
      bytes: packed,
    };
  }
  const still = `${reason}, and with ${megabytes(packed.length)} MB compressed, too`;
  return { attachment: { kind: 'left out', fileName, rows, archiveKey, reason: still }, bytes: undefined };
}

/** Base64 makes four bytes of three and breaks lines every 76. */
const fits = (bytes: Uint8Array, bytesMax: number): boolean =>
  Math.ceil(bytes.length / 3) * 4 * (78 / 76) + REST_BYTES <= bytesMax;

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
