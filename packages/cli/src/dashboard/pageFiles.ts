/** The files of the live page, as the package @kestirme/dashboard has them. */
import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Null where the page has no such file. */
export async function readPage(name: string): Promise<{ type: string; bytes: Uint8Array } | null> {
  const path = name === '' ? 'index.html' : name;
  const type = TYPES[extname(path)];
  // Names as the bundler gives them, and nothing that leads elsewhere.
  if (type === undefined || !/^(?:[\w-]+\/)*[\w-]+\.\w+$/.test(path)) return null;
  const manifest = fileURLToPath(import.meta.resolve('@kestirme/dashboard/package.json'));
  const bytes = await readFile(join(dirname(manifest), 'dist', 'pages', 'live', path)).catch(() => null);
  return bytes === null ? null : { type, bytes };
}
