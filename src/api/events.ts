import type { ApiDoors } from './doors.ts';
import type { Pin } from './pin.ts';

/** A line now and then, so that nobody between takes the stream for dead. */
const BEAT_MS = 20_000;

/** Server-sent events: `lake` with the version that answers now, and each new one. Ends when the caller goes or the server stops. */
export function eventStream<P extends Pin>(
  doors: Pick<ApiDoors<P>, 'hold' | 'onVersion' | 'stopping'>,
  gone: AbortSignal,
): Response {
  const encoder = new TextEncoder();
  let end = (): void => undefined;
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const write = (text: string): void => {
        // A slow reader is not owed old versions: what it has not taken yet is not kept for it.
        if ((controller.desiredSize ?? 1) > -64) controller.enqueue(encoder.encode(text));
      };
      const tell = (version: number): void =>
        write(`event: lake\nid: ${version}\ndata: ${JSON.stringify({ lakeVersion: version })}\n\n`);
      const beat = setInterval(() => write(': still here\n\n'), BEAT_MS);
      const off = doors.onVersion(tell);
      let ended = false;
      end = () => {
        if (ended) return;
        ended = true;
        clearInterval(beat);
        off();
        gone.removeEventListener('abort', end);
        doors.stopping.removeEventListener('abort', end);
        try {
          controller.close();
        } catch {
          // The reader has gone already: there is nothing left to close.
        }
      };
      gone.addEventListener('abort', end);
      doors.stopping.addEventListener('abort', end);
      if (gone.aborted || doors.stopping.aborted) return end();
      write('retry: 2000\n\n');
      const held = await doors.hold().catch(() => undefined);
      held?.release();
      if (held !== undefined && !ended) tell(held.pin.version);
    },
    cancel: () => end(),
  });
  return new Response(body, {
    headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
  });
}
