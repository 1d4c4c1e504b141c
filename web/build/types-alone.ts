import { join, sep } from 'node:path';
import type { Plugin } from 'vite';

const SERVER = join(import.meta.dirname, '../../src') + sep;

/** Types of the API vanish before anything is bundled; what is left of `src` would be the server's own code on the page. */
export function typesAlone(): Plugin {
  return {
    name: 'types-alone',
    load(id) {
      if (id.startsWith(SERVER)) this.error(`${id} is the server's: the page takes types alone from src/api`);
    },
  };
}
