import type { QueryClient } from '@tanstack/react-query';
import { API } from './client.ts';

/**
 * Asks again for all that is shown when the lake has a new version; the old figures stay until the new ones are there.
 * Returns how to stop.
 */
export function followLake(queries: QueryClient): () => void {
  const source = new EventSource(`${API}/events`);
  let known: string | undefined;
  source.addEventListener('lake', ({ data }: MessageEvent<string>) => {
    if (known !== undefined && known !== data) void queries.invalidateQueries();
    known = data;
  });
  return () => source.close();
}
