/** Serves a folder on this machine, with or without the headers that make a page cross-origin isolated. */
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, sep } from 'node:path';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export interface FolderServer {
  /** Without a slash at its end. */
  origin: string;
  close(): Promise<void>;
}

export async function serveFolder(folder: string, isolated: boolean): Promise<FolderServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    void answer(response, folder, decodeURIComponent(pathname), isolated ? isolation : {});
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(response: ServerResponse, folder: string, path: string, headers: Record<string, string>) {
  const file = join(folder, path);
  const bytes = file.startsWith(folder + sep) ? await readFile(file).catch(() => undefined) : undefined;
  if (bytes === undefined) {
    response.writeHead(404, headers).end(`no file ${path}`);
    return;
  }
  const type = types[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { ...headers, 'Content-Type': type, 'Cache-Control': 'no-store' }).end(bytes);
}
