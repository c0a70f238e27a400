/** `report.html` and `report.md` from results. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reservations } from './conditions.js';
import { type Block, type Document, toHtml, toMarkdown } from './document.js';
import { learningOf, sameWeightsTolerance, trajectoryTolerance } from './learning.js';
import { aboutPeers, peerTitle, type Rival } from './peers.js';
import { fastestPeer } from './perform.js';
import { profileTables } from './profileTables.js';
import { drawComparisons, drawSeries, firingRate } from './reportCharts.js';
import type { Results, Run } from './results.js';
import { type Own, sideTitle } from './sides.js';
import { type Ratio, type Speed, speedsOf } from './speeds.js';
import { median, type Summary } from './statistics.js';
import type { SeriesItem } from './suite.js';
import { figureTexts, type Outcome, type Row, seriesTimes, summaryRows, times } from './summary.js';

/** Writes both files; returns the rows as text for the terminal. */
export function writeReport(folder: string, results: Results): string {
  const document = makeReport(results);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.html'), toHtml(document));
  writeFileSync(join(folder, 'report.md'), toMarkdown(document));
  const warnings = reservations(results).map((text) => `! ${text}`);
  const lines = summaryRows(results).map((row) => {
    const [title, figure, , , , value] = cellsOf(row);
    return `${outcomeTexts[row.outcome].padEnd(10)} ${title}: ${figure} ${value}${row.note === '' ? '' : ` (${row.note})`}`;
  });
  const speeds = speedsOf(results).map((speed) => {
    const [title, own, images, ...ratios] = cellsOfSpeed(speed);
    const named = ratios.slice(0, 4).flatMap((text, i) => (text === '–' ? [] : [`${speedHead[3 + i]} ${text}`]));
    return `${title}; ${own}: ${[images, ...named, speed.note].filter(Boolean).join('; ')}`;
  });
  return [...warnings, ...speeds, ...lines, `All of it: ${join(folder, 'report.html')}`].join('\n');
}

export function makeReport(results: Results): Document {
  return {
    title: 'Kestirme beside its peers',
    blocks: [
      ...introduction(results),
      ...speedTable(results),
      ...goalTable(results),
      ...drawComparisons(results),
      ...learningTable(results),
      ...peerTable(results),
      ...seriesTables(results),
      ...profileTables(results),
      ...machineTable(results),
    ],
  };
}

function introduction(results: Results): Block[] {
  const found = reservations(results);
  const { pairs, warmup, warmupSeconds, pretrain, threads, before, peers } = results.settings;
  const how =
    `Each figure is the median over ${pairs} rounds in which all sides have their turn, each in a process of its own with ` +
    `${threads} ${threads === 1 ? 'thread' : 'threads'}; in brackets the lowest and the highest round. All load the same weights, of a network ` +
    `trained for ${pretrain} steps, and ours makes ${warmup} steps, for at least ${warmupSeconds} s, before the timed ones. ` +
    (before === null
      ? `The peers are the fastest of ${peers.map(peerTitle).join('; ')}, found by a short turn of each.`
      : `The other side is this program as it was at ${before.commit}.`);
  const judging =
    found.length === 0 ? [] : [{ kind: 'warning' as const, items: [...found, 'So no goal is called met or missed.'] }];
  return [...judging, { kind: 'text', text: how }];
}

const outcomeTexts: Record<Outcome, string> = {
  met: 'met',
  missed: 'MISSED',
  failed: 'FAILED',
  unjudged: 'not judged',
  'no goal': '–',
};

const speedHead = ['what', 'ours', 'images/s', 'over the fastest peer kept to AVX2', 'over the fastest peer'].concat([
  'over ONNX Runtime',
  'over our WebAssembly',
  'note',
]);

function cellsOfSpeed({ title, own, speed, overAvx2, overFastest, overOnnx, overWebAssembly, note }: Speed): string[] {
  const named = (ratio: Ratio | null) =>
    ratio === null ? '–' : `${spreadText(ratio.value, times)}: ${sideTitle(ratio.side)} ${ratio.speed}`;
  const plain = (ratio: Ratio | null) => (ratio === null ? '–' : spreadText(ratio.value, times));
  return [
    title,
    sideTitle(own),
    speed,
    named(overAvx2),
    named(overFastest),
    named(overOnnx),
    plain(overWebAssembly),
    note,
  ];
}

function speedTable(results: Results): Block[] {
  const rows = speedsOf(results).map(cellsOfSpeed);
  if (rows.length === 0) return [];
  const caption = 'Images/s of ours over those of the others, the lowest ratio to a peer first';
  return [
    { kind: 'heading', text: 'Speed' },
    { kind: 'table', caption, head: speedHead, rows },
  ];
}

function cellsOf({ title, figure, goal, value, ours, peer, outcome, note }: Row): string[] {
  // Rows without a goal are ratios.
  const { format } = figureTexts[goal?.figure ?? 'scaling'];
  const goalCell = goal === null ? '–' : `${goal.kind === 'at least' ? '≥' : '≤'} ${format(goal.value)}`;
  return [title, figure, goalCell, ours, peer, spreadText(value, format), note, outcomeTexts[outcome]];
}

function spreadText(value: Summary | null, format: (value: number) => string): string {
  if (value === null) return '–';
  return `${format(value.median)} (${format(value.low)} to ${format(value.high)})`;
}

function goalTable(results: Results): Block[] {
  const rows = summaryRows(results);
  if (rows.length === 0) return [];
  const classes = rows.map(({ outcome }) => outcome.replace(' ', '-'));
  const head = ['what', 'figure', 'goal', 'ours', 'peer', 'measured', 'note', 'goal met'];
  const caption = 'Goals and figures, those that fall short first';
  return [
    { kind: 'heading', text: 'Goals' },
    { kind: 'table', caption, head, rows: rows.map(cellsOf), classes },
  ];
}

function learningTable(results: Results): Block[] {
  const all = results.items.flatMap(learningOf);
  if (all.length === 0) return [];
  const ends = (losses: number[]) => `${losses[0]?.toFixed(4)} to ${losses.at(-1)?.toFixed(4)}`;
  const size = (value: number | null) => (value === null ? '–' : value.toExponential(1));
  const rows = all.map(({ title, own, peer, ours, theirs, first, later, agree, fell, note }) => [
    title,
    `${sideTitle(own)} ${ends(ours)}`,
    `${sideTitle(peer)} ${ends(theirs)}`,
    size(first),
    size(later),
    agree ? 'yes' : 'NO',
    fell === null
      ? '–'
      : fell.ours && fell.peer
        ? 'yes'
        : `ours ${fell.ours ? 'yes' : 'NO'}, ${sideTitle(peer)} ${fell.peer ? 'yes' : 'NO'}`,
    note,
  ]);
  const head = [
    'what',
    'our loss',
    "the peer's loss",
    'first apart by',
    'first ten, at most',
    'agree',
    'both fell',
    'note',
  ];
  const text =
    'Training: both sides start from the same fresh weights and see the same two batches again and again. Inference, and ' +
    'training in an acceptance run: both begin with the same trained weights. ' +
    `The first losses (inference: the median batch) may be ${sameWeightsTolerance} apart in ` +
    'relation to their size: both sides add the same numbers in other orders, and a membrane close to its threshold may ' +
    `then spike on one side only. Through the weights such differences grow: ${trajectoryTolerance} over the first ten ` +
    'steps is allowed, a coarse check. A loss fell when the mean of its last quarter ' +
    'is below that of the first.';
  return [
    { kind: 'heading', text: 'Do both sides do the same work?' },
    { kind: 'text', text },
    { kind: 'table', caption: 'Losses from the same weights on the same images', head, rows },
  ];
}

function peerTable(results: Results): Block[] {
  const compared = results.items.filter(({ item, runs }) => item.kind === 'compare' && runs.some(isSelection));
  const { peers } = results.settings;
  const rows = compared.map(({ item, runs }) => {
    const fastest = [fastestPeer(runs), fastestPeer(runs, 'fastest-avx2')];
    const cells = peers.map((name: Rival) => {
      const run = runs.find((one) => isSelection(one) && one.side === name);
      if (run?.measured === undefined) return run === undefined ? '–' : 'failed';
      return `${run.measured.imagesPerSecond.toPrecision(4)}${fastest.includes(name) ? ' (fastest)' : ''}`;
    });
    return [item.title, ...cells];
  });
  const failures = results.items.flatMap(({ item, runs }) =>
    runs.flatMap(({ side, failed }) => (failed === undefined ? [] : [[item.title, sideTitle(side), failed]])),
  );
  const caption = 'Images/s in the short turns that chose the peers';
  const head = ['what', ...peers.map(peerTitle)];
  const speeds: Block[] = rows.length === 0 ? [] : [{ kind: 'table', caption, head, rows }];
  const failed: Block[] =
    failures.length === 0
      ? []
      : [{ kind: 'table', caption: 'Peers that failed', head: ['what', 'peer', 'why'], rows: failures }];
  if (speeds.length + failed.length === 0) return [];
  return [{ kind: 'heading', text: 'Peers' }, { kind: 'text', text: aboutPeers() }, ...speeds, ...failed];
}

const isSelection = ({ part }: Run) => part === 'select';

function seriesTables(results: Results): Block[] {
  const blocks = results.items.flatMap(({ item, runs }): Block[] => {
    if (item.kind !== 'series') return [];
    const tables = results.settings.backends.flatMap((own) => seriesTable(item, own, runs));
    const chart = drawSeries(item, runs, results);
    return tables.length > 0 && chart !== null ? [...tables, chart] : tables;
  });
  return blocks.length === 0 ? [] : [{ kind: 'heading', text: 'Series' }, ...blocks];
}

function seriesTable(item: SeriesItem, own: Own, runs: readonly Run[]): Block[] {
  const sizes = seriesTimes(runs, own);
  if (sizes.length === 0) return [];
  const rows = sizes.map(({ at, seconds }, i) => {
    const middle = median(seconds);
    const before = sizes[i - 1];
    const growth = before === undefined ? '–' : `${(middle / median(before.seconds)).toFixed(2)} x`;
    const rate = firingRate(runs, at);
    return [`${at}`, `${(middle * 1000).toFixed(1)} ms`, growth, rate === null ? '–' : `${(rate * 100).toFixed(1)} %`];
  });
  const name = item.axis === 'timeSteps' ? 'T' : item.axis;
  const head = [name, 'time of a step', 'over the one before', 'neurons that fire'];
  return [{ kind: 'table', caption: `${item.title}; ${sideTitle(own)}`, head, rows }];
}

/** 'native avx512, wasm simd128'. */
function ownVectors(items: Results['items']): string {
  const all = items.flatMap(({ runs }) => runs.flatMap(({ measured }) => (measured?.backend ? [measured] : [])));
  return [...new Set(all.map(({ backend, simd }) => `${backend} ${simd}`))].join(', ') || '–';
}

function machineTable(results: Results): Block[] {
  const { machine, settings, started, items } = results;
  const versions = Object.assign(
    {},
    ...items.flatMap(({ runs }) => runs.map(({ measured }) => measured?.versions ?? {})),
  );
  const rows = [
    ['processor', `${machine.cpu}, ${machine.cores} cores`],
    ['memory', `${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    ['system', machine.system],
    [
      'versions',
      Object.entries({ ...machine.versions, ...versions })
        .map(([name, v]) => `${name} ${v}`)
        .join(', '),
    ],
    ['vectors', ownVectors(items)],
    ['load before the start', machine.load.toFixed(2)],
    ['begun', started],
    ['commit', [...new Set(items.map(({ commit }) => commit))].join(', ')],
    ['images', settings.images],
    [
      'settings',
      `${settings.pairs} pairs, ${settings.threads} threads, ${settings.pretrain} training steps before, ${settings.warmup} steps before the timed ones`,
    ],
  ];
  const head = ['', ''];
  return [
    { kind: 'heading', text: 'Machine' },
    { kind: 'table', caption: 'What it was measured on', head, rows },
  ];
}
