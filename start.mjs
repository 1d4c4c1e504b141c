// `npm start`: builds, unless what was built is newer than everything it is built from, then goes on as the program itself, so
// that a signal to this process reaches it.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const timeOf = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const newestBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((newest, entry) => Math.max(newest, timeOf(join(entry.parentPath, entry.name))), 0);

const built = Math.min(timeOf('dist/src/main.js'), timeOf('dist/web/index.html'));
const newest = Math.max(...['src', 'web'].map(newestBelow), timeOf('package.json'));
if (built <= newest) execFileSync('npm run -s build', { stdio: 'inherit', shell: true });

await import('./dist/src/main.js');
