/** A page of samples as a network sees them. It needs no network and runs no script; text from files stays text. */
import type { Steps } from '@kestirme/datasets';
import { steps as stepKinds } from '@kestirme/datasets';
import { type Batch, type DataInfo, kindNamed } from 'kestirme';
import { code, escapeHtml, rowsTable } from '../report/html.js';
import { STYLE_SHEET } from '../report/style.js';
import { PROGRAM_VERSION } from '../version.js';
import { label, pictures } from './samples.js';

export interface Preview {
  info: DataInfo;
  split: string | undefined;
  /** Done to training samples; null: none. */
  steps: Steps | null;
  seed: number;
  epoch: number;
  /** The same samples as they are read, and as they are trained on. */
  read: Batch;
  trained: Batch;
  test: Batch;
}

const OWN_STYLE = `
.samples { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; padding: 0; list-style: none; }
.samples.wide { grid-template-columns: 1fr; }
.pair { display: flex; flex-wrap: wrap; gap: .5rem; }
.wide .pair { flex-direction: column; }
.frames { display: flex; flex-wrap: wrap; gap: 2px; }
.samples img { image-rendering: pixelated; max-width: 100%; height: auto; }
.samples small { display: block; }
`;

export function previewPage(preview: Preview): string {
  const { info, seed, epoch, read, trained, test } = preview;
  const title = escapeHtml(`Samples of ${info.name}`);
  const wide = info.frames === undefined ? '' : ' wide';
  const grid = (items: string[]) =>
    `<ul class="samples${wide}">${items.map((one) => `<li>${one}</li>`).join('\n')}</ul>`;
  const pairs = Array.from({ length: trained.size }, (_, i) => {
    const both = `${pictures(read, i, info)}${pictures(trained, i, info)}`;
    return `<div class="pair">${both}</div>${label(trained, i, info)}`;
  });
  const tests = Array.from({ length: test.size }, (_, i) => `${pictures(test, i, info)}${label(test, i, info)}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title}</title>
<style>${STYLE_SHEET}${OWN_STYLE}</style>
</head>
<body>
<header>
<h1>${title}</h1>
</header>
<main>
<section aria-labelledby="facts"><h2 id="facts">What the network is given</h2>
${facts(preview)}
${augmentation(preview)}
</section>
<section aria-labelledby="training"><h2 id="training">Training samples</h2>
<p>The first of epoch ${epoch} with seed ${seed}: as they are read, then as they are trained on.${legend(info)}</p>
${grid(pairs)}
</section>
<section aria-labelledby="test"><h2 id="test">Test samples</h2>
<p>The first, as they are tested on.</p>
${grid(tests)}
</section>
</main>
<footer>Kestirme ${escapeHtml(PROGRAM_VERSION)}. This file needs no network.</footer>
</body>
</html>
`;
}

function facts({ info, split, read }: Preview): string {
  const { channels, height, width, frames, classes, trainSize, testSize, mean, std } = info;
  const kind = read.images instanceof Uint8Array ? 'bytes' : 'floats';
  const shape = `${frames === undefined ? '' : `${frames} frames of `}${height}x${width}, channels: ${channels}, ${kind}`;
  const normal = `(byte / 255 - mean) / std; mean ${mean.join(', ')}; std ${std.join(', ')}`;
  return rowsTable(
    'Facts',
    ['what', 'value'],
    [
      ['data set', info.name],
      ...(split === undefined ? [] : [['split', split]]),
      ['training and test samples', `${trainSize} and ${testSize}`],
      ['classes', String(classes)],
      ['a sample', shape],
      ['then normalised by', kind === 'bytes' ? normal : 'nothing: floats are taken as they are'],
    ],
    [1],
  );
}

function augmentation({ steps }: Preview): string {
  if (steps === null || steps.length === 0) return '<p>Training samples are not augmented.</p>';
  const rows = steps.map(({ kind, ...options }) => [
    code(kind),
    Object.entries(options)
      .map(([key, value]) => `${key} ${value}`)
      .join(', '),
    kindNamed(stepKinds, kind)?.help ?? '',
  ]);
  return rowsTable('Steps of augmentation, in their order', ['step', 'options', 'what it does'], rows, [1, 2]);
}

function legend({ channels, frames }: DataInfo): string {
  if (channels === 2)
    return ' Polarities: darker is orange, brighter is blue. Each sample from its least to its largest number.';
  return frames === undefined ? '' : ' Each sample from its least to its largest number.';
}
