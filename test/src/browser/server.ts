/** Serves a folder on this machine, with or without the headers that make a page cross-origin isolated, and others. */
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, sep } from 'node:path';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** What to serve in place of a file's bytes; null: there is no such file. */
export type Change = (path: string, bytes: Uint8Array) => Uint8Array | null;

export interface FolderServer {
  /** Without a slash at its end. */
  origin: string;
  /** From now on, files are served as `change` makes them; null: as they are. */
  alter(change: Change | null): void;
  close(): Promise<void>;
}

/** `others`: further headers, for every file. */
export async function serveFolder(
  folder: string,
  isolated: boolean,
  others: Readonly<Record<string, string>> = {},
): Promise<FolderServer> {
  let change: Change | null = null;
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const headers = { ...(isolated ? isolation : {}), ...others };
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    void answer(response, folder, path, change);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    alter(wanted) {
      change = wanted;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(response: ServerResponse, folder: string, path: string, change: Change | null): Promise<void> {
  const file = join(folder, path);
  const found = file.startsWith(folder + sep) ? await readFile(file).catch(() => null) : null;
  const bytes = found === null || change === null ? found : change(path, found);
  if (bytes === null) {
    response.writeHead(404).end(`no file ${path}`);
    return;
  }
  const type = types[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(bytes);
}
