/**
 * npm run bench: ours and plain PyTorch on the same work, in turn, in fresh processes.
 * The machine's speed drifts, so only ratios of neighbours count; the medians over the pairs are printed.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runPeer } from './peer.js';
import { type Measured, median, peerArguments, readArguments } from './work.js';

/** Our side, in a process of its own like the peer's. */
async function runOurs(args: string[]): Promise<Measured> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`our own program ended with code ${code}`);
  return JSON.parse(text) as Measured;
}

const { pairs, out, ...work } = readArguments(process.argv.slice(2));
const args = peerArguments(work);
const program = fileURLToPath(new URL('./ours.js', import.meta.url));
const ours: Measured[] = [];
const peers: Measured[] = [];
for (let pair = 0; pair < pairs; pair++) {
  ours.push(await runOurs([program, ...args, '--heads', work.heads]));
  peers.push(await runPeer({ peer: 'torch', work }));
  const [a, b] = [ours.at(-1), peers.at(-1)] as [Measured, Measured];
  console.error(
    `pair ${pair + 1}/${pairs}: ${a.imagesPerSecond.toFixed(1)} and ${b.imagesPerSecond.toFixed(1)} images/s, ratio ` +
      `${(a.imagesPerSecond / b.imagesPerSecond).toFixed(2)}; ${megabytes(a)} and ${megabytes(b)} MB`,
  );
}

function megabytes({ peakMemoryBytes }: Measured): string {
  return (peakMemoryBytes / 1e6).toFixed(0);
}

const ratio = (of: (m: Measured) => number) => median(ours.map((m, i) => of(m) / of(peers[i] as Measured)));
const summary = {
  work,
  imagesPerSecond: median(ours.map((m) => m.imagesPerSecond)),
  peerImagesPerSecond: median(peers.map((m) => m.imagesPerSecond)),
  speedRatio: ratio((m) => m.imagesPerSecond),
  memoryRatio: ratio((m) => m.peakMemoryBytes),
  finalLoss: median(ours.map((m) => m.losses.at(-1) as number)),
  peerFinalLoss: median(peers.map((m) => m.losses.at(-1) as number)),
};
console.log(JSON.stringify(summary, null, 2));
if (out !== undefined) writeFileSync(out, JSON.stringify({ ...summary, ours, peers }, null, 2));
