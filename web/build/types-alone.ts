import { join, sep } from 'node:path';
import type { Plugin } from 'vite';

const SERVER = join(import.meta.dirname, '../../src') + sep;
/** Pure, and the one place that knows how a figure is rounded and what a chart shows: mail, PDF and page print the same. */
const SHARED = ['money', 'rounding', 'chart', 'errors'].map((room) => join(SERVER, 'core', room) + sep);

/** Types of the API vanish before anything is bundled; what is left of `src` would be the server's own code on the page. */
export function typesAlone(): Plugin {
  return {
    name: 'types-alone',
    load(id) {
      if (id.startsWith(SERVER) && !SHARED.some((room) => id.startsWith(room)))
        this.error(`${id} is the server's: the page takes types alone from src/api`);
    },
  };
}
