// npm run playground: builds the page that trains in the page, and serves it to this machine. --port N, --open
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { isMain, root, runScript } from './process.mjs';

export const playground = join(root, 'packages/dashboard/dist/pages/playground');

/** Those of the folder's file `_headers`, which some hosts read, and none of the page is kept by a browser. */
function headersOf(folder) {
  const lines = readFileSync(join(folder, '_headers'), 'utf8').split('\n').slice(1);
  const given = lines.filter((line) => line.trim() !== '').map((line) => line.trim().split(/: (.*)/));
  return { ...Object.fromEntries(given.map(([name, value]) => [name, value])), 'Cache-Control': 'no-cache' };
}

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
    preview: { host: '127.0.0.1', port, open, headers: isolated ? headersOf(playground) : {}, cors: false },
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
