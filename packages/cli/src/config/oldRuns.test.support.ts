/** Run folders made by versions before; see test-data/README.md. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

const runs = fileURLToPath(new URL('../../test-data/versions/', import.meta.url));

/** Unpacks the run of a schema into the new folder `dir`, without the files `but`. */
export function unpackOldRun(schema: 1 | 2, dir: string, but: readonly string[] = []): string {
  mkdirSync(dir, { recursive: true });
  const from = join(runs, `schema-${schema}`);
  for (const file of readdirSync(from)) {
    const name = file.replace(/\.br$/, '');
    const bytes = readFileSync(join(from, file));
    if (!but.includes(name)) writeFileSync(join(dir, name), file === name ? bytes : brotliDecompressSync(bytes));
  }
  return dir;
}
