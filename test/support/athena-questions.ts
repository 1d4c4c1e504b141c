import { readFileSync } from 'node:fs';

/** A statement of docs/athena.md: the block that follows `<!-- name -->`. */
export function question(name: string): string {
  const page = readFileSync(new URL('../../docs/athena.md', import.meta.url), 'utf8');
  const found = new RegExp(`<!-- ${name} -->\\s*\`\`\`sql\\n([^]*?)\`\`\``).exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/athena.md has no statement ${name}`);
  return found.trim();
}

/** All statements of docs/athena.md, by name. */
export function questions(): ReadonlyMap<string, string> {
  const page = readFileSync(new URL('../../docs/athena.md', import.meta.url), 'utf8');
  return new Map([...page.matchAll(/<!-- ([a-z-]+) -->/g)].map(([, name = '']) => [name, question(name)]));
}
