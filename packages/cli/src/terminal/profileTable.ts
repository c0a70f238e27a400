/** A profile as tables: kernels of layers, the longest first, then kernels over all layers. */
import { type KernelTotal, type Profile, type ProfileRow, profileTotals } from 'kestirme';
import { byteSize, kernelsInWords, percent, plural } from './format.js';
import { type Column, renderTable } from './table.js';

const right = (title: string): Column => ({ title, align: 'right' });
/** Rows that took a smaller share of the step stand together in one. */
const shortest = 0.001;

const amounts = [
  ...['ms', 'share', 'calls', 'MMAC', 'GMAC/s', 'of which needed', 'bytes', 'GB/s', 'roofline'].map(right),
  { title: '' },
];

export function profileTables(profile: Profile): string {
  const { mode, steps, batch, threads, build, backend, stepMilliseconds, otherMilliseconds, machine, rows } = profile;
  const who = backend === 'wasm' && build === 'single' ? 'one thread without shared memory' : plural(threads, 'thread');
  const byTime = rows.toSorted((a, b) => b.milliseconds - a.milliseconds);
  const long = byTime.filter((row) => row.share >= shortest);
  const short = byTime.slice(long.length);
  const shortTime = short.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const rest = [
    '',
    `${plural(short.length, 'shorter row')}`,
    number(shortTime),
    percent(shortTime / stepMilliseconds, 1),
  ];
  const other = ['', `everything else`, number(otherMilliseconds), percent(otherMilliseconds / stepMilliseconds, 1)];
  const kernels = profileTotals(rows);
  return [
    `${mode} step: ${number(stepMilliseconds)} ms, ${((1000 * batch) / stepMilliseconds).toFixed(1)} images/s`,
    `(${plural(batch, 'image')}, ${who} on ${kernelsInWords(profile)}, median of ${plural(steps, 'step')})`,
    '',
    renderTable(
      [{ title: 'layer' }, { title: 'kernel' }, ...amounts, right('input fires'), right('active')],
      [
        ...long.map((row) => [row.layer, row.kernel, ...cells(row), share(row.firingRate), share(row.activeShare)]),
        rest,
        other,
      ],
    ),
    '',
    renderTable(
      [{ title: 'kernel' }, ...amounts],
      [...kernels.map((row) => [row.kernel, ...cells(row)]), other.slice(1)],
    ),
    '',
    'MMAC: multiply-accumulates were every number dense. Needed: the share of them that spikes and surrogates ask for.',
    machine === null
      ? 'The roofline of this machine was not measured.'
      : `Roofline: time at ${machine.gigaMacsPerSecond.toFixed(1)} GMAC/s (dense convolution) or ` +
        `${machine.gigabytesPerSecond.toFixed(1)} GB/s (adding two arrays), over the time taken; a kernel may pass 100 %.`,
  ].join('\n');
}

function cells(row: ProfileRow | KernelTotal): string[] {
  const { macs, additions, bytesRead, bytesWritten, roofline } = row;
  const needed = macs === null || additions === null ? '' : percent(additions / macs, 1);
  const bytes = bytesRead === null || bytesWritten === null ? '' : byteSize(bytesRead + bytesWritten);
  return [
    number(row.milliseconds),
    percent(row.share, 1),
    String(row.calls),
    macs === null ? '' : number(macs / 1e6),
    row.gigaMacsPerSecond === null ? '' : number(row.gigaMacsPerSecond),
    needed,
    bytes,
    row.gigabytesPerSecond === null ? '' : number(row.gigabytesPerSecond),
    roofline === null ? '' : percent(roofline.share, 0),
    roofline === null ? '' : roofline.bound,
  ];
}

const number = (value: number) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
const share = (value: number | null) => (value === null ? '' : percent(value, 1));
