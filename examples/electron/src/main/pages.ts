/** The pages under app://kestirme/: a scheme of our own, since file: can send no headers, and without them there are no threads. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, sep } from 'node:path';
import { unpacked } from './unpacked.js';

/** To be registered before the application is ready. */
export const scheme = { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } };

export const pages = {
  /** Over the runs of the process that trains. */
  runs: 'app://kestirme/live/index.html',
  /** Trains in the window itself, on threads where that is isolated and on one where it is not. */
  playground: 'app://kestirme/playground/index.html',
} as const;

const headers = {
  // These two isolate the page, so that it may share memory with its workers.
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // WebAssembly wants a word of its own; everything else comes from the application.
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src 'self' blob:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'X-Content-Type-Options': 'nosniff',
};

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** Answers requests for app://kestirme/ with the files of the pages that @kestirme/dashboard brings. */
export async function answerWithPage({ url, method }: Pick<Request, 'url' | 'method'>): Promise<Response> {
  const { host, pathname } = new URL(url);
  const folder = join(dirname(fromHere.resolve('@kestirme/dashboard/package.json')), 'dist', 'pages');
  const file = join(folder, decodeURIComponent(pathname));
  const isOurs = host === 'kestirme' && method === 'GET' && file.startsWith(folder + sep);
  const bytes = isOurs ? await readFile(file).catch(() => null) : null;
  if (bytes === null) return new Response('There is no such page.', { status: 404, headers });
  const type = types[extname(file)] ?? 'application/octet-stream';
  return new Response(bytes, { headers: { ...headers, 'Content-Type': type } });
}

const fromHere = createRequire(unpacked(import.meta.url));
