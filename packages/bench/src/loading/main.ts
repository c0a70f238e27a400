/** npm run bench:images: images per second of our loader and of PyTorch's on one folder, in turn. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '../machine.js';
import { Resident } from '../resident.js';
import { median, summarise } from '../statistics.js';
import { makeManyImages } from './manyImages.js';

const help = `npm run bench:images -- --source DIR [--python PROGRAM] [--images 800] [--rounds 5] [--workers 2] [--out FILE]

Reads, decodes, crops (random resized crop to 224) and flips the images of one folder, an epoch in each turn. The folder is
made of the JPEG images in the class folders of --source. Sides: ours without a cache, ours with decoded images cached
already, PyTorch giving bytes as we do, PyTorch giving normalised floats. Every other round goes the other way round.`;

const { values } = parseArgs({
  options: {
    source: { type: 'string' },
    python: { type: 'string', default: process.env.KESTIRME_PYTHON ?? 'python3' },
    images: { type: 'string', default: '800' },
    rounds: { type: 'string', default: '5' },
    workers: { type: 'string', default: '2' },
    batch: { type: 'string', default: '64' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const { source, workers, batch } = values;

const timeoutSeconds = 600;
type Name = 'ours' | 'ours, cached' | 'torch, bytes' | 'torch, floats';

async function measure(from: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'kestirme-loading-'));
  try {
    const folder = join(dir, 'images');
    makeManyImages(from, folder, Number(values.images));
    const program = join(import.meta.dirname, 'ours.js');
    const script = join(import.meta.dirname, '../../peers/image_folder.py');
    const ours = (cache: string) =>
      new Resident({ command: process.execPath, args: [program, folder, workers, batch, cache] });
    const torch = (form: string) =>
      new Resident({ command: values.python, args: [script, join(folder, 'train'), workers, batch, form] });
    const sides: Record<Name, Resident> = {
      ours: ours(''),
      'ours, cached': ours(join(dir, 'cache')),
      'torch, bytes': torch('bytes'),
      'torch, floats': torch('floats'),
    };
    try {
      report(await rounds(sides));
    } finally {
      await Promise.all(Object.values(sides).map((side) => side.end()));
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Images per second of each side in each round. */
async function rounds(sides: Record<Name, Resident>): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[];
  const speeds = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  // The first turn of each warms it up, and fills the cache.
  for (let round = -1; round < Number(values.rounds); round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const { images, seconds } = JSON.parse(await sides[name].turn(1, timeoutSeconds)) as Turn;
      if (round >= 0) speeds[name].push(images / seconds);
      process.stderr.write(
        `${round < 0 ? 'warm-up' : `round ${round + 1}`}: ${name} ${(images / seconds).toFixed(1)}\n`,
      );
    }
  }
  return speeds;
}

interface Turn {
  images: number;
  seconds: number;
}

function report(speeds: Record<Name, number[]>): void {
  const names = Object.keys(speeds) as Name[];
  const ratios = (['torch, bytes', 'torch, floats'] as const).flatMap((peer) =>
    (['ours', 'ours, cached'] as const).map((own) => ({
      own,
      peer,
      ofMedians: median(speeds[own]) / median(speeds[peer]),
      byRound: summarise(speeds[own].map((speed, i) => speed / (speeds[peer][i] as number))),
    })),
  );
  for (const name of names) console.log(`${name.padEnd(14)} ${median(speeds[name]).toFixed(1)} images/s`);
  for (const { own, peer, ofMedians, byRound } of ratios.toSorted((a, b) => a.ofMedians - b.ofMedians)) {
    const spread = `${byRound.low.toFixed(2)} to ${byRound.high.toFixed(2)}`;
    console.log(`${own} / ${peer}: ${ofMedians.toFixed(2)} (ratio of medians; in single rounds ${spread})`);
  }
  const { images, workers, batch } = values;
  const result = { machine: describeMachine(), images, workers, batch, speeds, ratios };
  if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
}

if (values.help || source === undefined) console.log(help);
else await measure(source);
