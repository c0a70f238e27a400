// npm run large-recording: recordings of events of 2 GB each are read with the memory of a few runs of events. Each in a
// process of its own, made while it is read; AEDAT 2.0 and N-MNIST also from a file. Takes minutes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { runScript, ScriptError } from './process.mjs';

const size = 2_000_000_000;
/** Node itself takes some 60 MB of it. */
const mostMegabytes = 200;
const dist = '../packages/datasets/dist/events';

/** In the child: reads the stream to its end, and prints what it took. */
async function read(name, file) {
  const { eventFormats } = await import(`${dist}/formats/index.js`);
  const { endless, repeated } = await import(`${dist}/formats/endless.test.support.js`);
  const { fileStream } = await import(`${dist}/fileStream.js`);
  const { head, block } = endless()[name];
  const stream = file ? await fileStream(file) : repeated(name, head, block, size);
  const begin = performance.now();
  let events = 0;
  for await (const run of eventFormats.find((one) => one.name === name).read(stream)) events += run.size;
  const seconds = (performance.now() - begin) / 1000;
  console.log(JSON.stringify({ events, seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
}

function readInChild(name, file) {
  const self = fileURLToPath(import.meta.url);
  const args = ['--max-old-space-size=64', self, '--read', name, ...(file ? [file] : [])];
  const { events, seconds, megabytes } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  const what = `${name}${file ? ' from a file' : ''}`.padEnd(20);
  const speed = `${(events / seconds / 1e6).toFixed(1).padStart(6)} million events a second`;
  console.log(`${what} ${events} events, ${seconds.toFixed(1)} s, ${speed}, at most ${megabytes.toFixed(0)} MB`);
  if (events < 1e8 || megabytes > mostMegabytes) {
    throw new ScriptError(`${what.trim()}: ${events} events and ${megabytes} MB; at most ${mostMegabytes} are meant`);
  }
}

async function main() {
  await build();
  const { endless } = await import(`${dist}/formats/endless.test.support.js`);
  for (const name of Object.keys(endless())) readInChild(name);
  // Files of zeros are files of events in the corner, and take no room on the disk.
  const dir = mkdtempSync(join(tmpdir(), 'kestirme-recording-'));
  try {
    for (const name of ['nmnist', 'aedat2']) {
      const file = join(dir, name);
      writeFileSync(file, endless()[name].head);
      truncateSync(file, endless()[name].head.length + size);
      readInChild(name, file);
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const [mode, name, file] = process.argv.slice(2);
await runScript(() => (mode === '--read' ? read(name, file) : main()));
