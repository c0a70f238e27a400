// npm run build:playground: the playground as a folder for any static host, target/playground or the one that is named.
// A host that sets no headers is fine: a service worker of the page adds those that threads need.
import { cpSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from './build.mjs';
import { playground } from './playground.mjs';
import { isMain, root, runScript, ScriptError } from './process.mjs';
import { filesBelow } from './source-text.mjs';

const mostBytes = 2_000_000;

/** Bytes of all files of the page: as they are, and as a host may send them, packed file by file. */
export function sizesOf(folder) {
  const contents = filesBelow(folder, '').map((file) => readFileSync(join(folder, file)));
  const sum = (bytesOf) => contents.reduce((total, content) => total + bytesOf(content), 0);
  return {
    plain: sum((content) => content.length),
    gzip: sum((content) => Math.min(content.length, gzipSync(content, { level: 9 }).length)),
    brotli: sum((content) => Math.min(content.length, brotliCompressSync(content).length)),
  };
}

/** @throws ScriptError when the page is too large */
export function requireSmall({ gzip }) {
  if (gzip <= mostBytes) return;
  throw new ScriptError(
    `The playground has ${gzip} bytes packed by gzip, and may have ${mostBytes}: leave something out.`,
  );
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    await build();
    const folder = resolve(root, process.argv[2] ?? 'target/playground');
    const sizes = sizesOf(playground);
    requireSmall(sizes);
    const isOwn = statSync(join(folder, 'service-worker.js'), { throwIfNoEntry: false }) !== undefined;
    const isEmpty = statSync(folder, { throwIfNoEntry: false }) === undefined;
    if (!isOwn && !isEmpty)
      throw new ScriptError(`${folder} is there already, and holds something else: name another.`);
    rmSync(folder, { recursive: true, force: true });
    cpSync(playground, folder, { recursive: true });
    const kilobytes = (bytes) => `${Math.round(bytes / 1000)} kB`;
    console.log(
      `${relative(process.cwd(), folder)}: ${kilobytes(sizes.plain)}, packed ${kilobytes(sizes.gzip)} by gzip, ` +
        `${kilobytes(sizes.brotli)} by brotli. Copy it to any host.`,
    );
  });
}
