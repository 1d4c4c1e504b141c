import { mkdir, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../core/errors/user-error.ts';
import type { Origin } from '../../ports/object-store.ts';
import type { Outside, OutsideObject } from '../../ports/outside.ts';

/** Copies of what lies elsewhere, below one folder, by their addresses. */
export class Mirror {
  readonly #root: string;
  readonly #origins = new Map<string, Origin>();
  readonly #names = new Map<string, string>();

  constructor(scratch: string) {
    this.#root = join(scratch, 's3');
  }

  /** The address that a copy came from; other paths as they are. */
  nameOf = (path: string): string =>
    this.#names.get(path) ??
    (path.startsWith(`${this.#root}/`) ? `s3:/${path.slice(this.#root.length)}` : path);

  /** What the lake's store may copy by itself; undefined for what only this machine has, or may read. */
  originOf = (path: string): Origin | undefined => this.#origins.get(path);

  /** `error` as seen by who knows the addresses and not our copies. */
  told = (error: unknown): unknown => {
    if (!(error instanceof UserError) || error.place.file === undefined) return error;
    const file = this.nameOf(error.place.file);
    if (file === error.place.file) return error;
    const { code, what, place, remedy } = error;
    return new UserError(code, { what, place: { ...place, file }, remedy }, { cause: error });
  };

  pathOf({ uri }: Origin): string {
    // Keys may have parts that would lead out of the folder.
    const parts = uri.slice('s3://'.length).split('/');
    return join(this.#root, ...parts.map((part) => (/^\.{0,2}$/.test(part) ? '_' : part)));
  }

  async bring(outside: Outside, object: OutsideObject): Promise<string> {
    const path = this.pathOf(object);
    await mkdir(dirname(path), { recursive: true });
    await outside.fetch(object, path);
    await utimes(path, object.modified / 1000, object.modified / 1000);
    if (object.isOwn) this.#origins.set(path, object);
    return path;
  }

  /** The copy of `object` lies at an address, too: it was never brought here. */
  leave(object: Origin, copy: Origin): void {
    this.#origins.set(copy.uri, copy);
    this.#names.set(copy.uri, object.uri);
  }

  async forget(object: Origin): Promise<void> {
    await rm(this.pathOf(object), { force: true });
  }
}
