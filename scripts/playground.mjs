// npm run playground: builds the page that trains in the page, and serves it to this machine. --port N, --open
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { isMain, root, runScript } from './process.mjs';

export const playground = join(root, 'packages/dashboard/dist/pages/playground');

/** As a careful host sends them: nothing from elsewhere, and shared memory, without which there are no threads. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-cache',
};

/** Serves the built folder on loopback; port 0: one that is free. `isolated`: with the headers, else as a plain host does. */
export async function servePlayground({ port = 0, open = false, isolated = true } = {}) {
  const { preview } = await import('vite');
  const server = await preview({
    ...{
      root: dirname(playground),
      configFile: false,
      logLevel: 'warn',
      appType: 'mpa',
      build: { outDir: playground },
    },
    preview: { host: '127.0.0.1', port, open, headers: isolated ? headers : {}, cors: false },
  });
  const { port: given } = server.httpServer.address();
  return { address: `http://127.0.0.1:${given}/`, close: () => server.close() };
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const { values } = parseArgs({ options: { port: { type: 'string' }, open: { type: 'boolean' } } });
    await build();
    const { address } = await servePlayground({ port: Number(values.port ?? 0), open: values.open });
    console.log(`The playground: ${address}   (Ctrl-C ends it)`);
  });
}
