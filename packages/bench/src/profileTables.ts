/** The report's account of one training step: by kernel, then by layer and kernel. */
import { type KernelTotal, type Profile, type ProfileRow, profileTotals } from 'kestirme';
import { barChart } from './chart.js';
import type { Block } from './document.js';
import type { Results } from './results.js';

/** Rows that took a smaller share of the step stand together in one. */
const shortest = 0.001;

export function profileTables({ items }: Results): Block[] {
  const blocks = items.flatMap(({ item, runs }) => {
    const profile = runs.find((run) => run.profile !== undefined)?.profile;
    return profile === undefined ? [] : tablesOf(item.title, profile);
  });
  if (blocks.length === 0) return [];
  const text =
    'Median times of the kernels in one training step of ours. GMAC/s counts every multiply-accumulate of the dense ' +
    'network; needed is the share of them that spikes and surrogates ask for, and Gadd/s counts these. Roofline: the ' +
    'time that the needed operations or the bytes would take at the best rates of this engine on this machine, over the ' +
    'time taken; a kernel whose data stays in the caches may pass 100 %.';
  return [{ kind: 'heading', text: 'A training step by layer' }, { kind: 'text', text }, ...blocks];
}

const head = ['calls', 'ms', 'share', 'GMAC/s', 'needed', 'Gadd/s', 'MB', 'GB/s', 'roofline', 'bound by'];

function tablesOf(title: string, { rows, machine, otherMilliseconds, stepMilliseconds }: Profile): Block[] {
  const totals = profileTotals(rows);
  const long = rows.filter(({ share }) => share >= shortest);
  const others = rows.filter(({ share }) => share < shortest);
  const brief = (name: string[], milliseconds: number) => {
    const cells = ['', milliseconds.toFixed(2), percent(milliseconds / stepMilliseconds)];
    return [...name, ...cells, ...new Array<string>(head.length - cells.length).fill('')];
  };
  const outside = 'outside the kernels';
  const othersTime = others.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const rates =
    machine === null
      ? ''
      : `; roofline at ${machine.gigaMacsPerSecond.toFixed(1)} GMAC/s and ${machine.gigabytesPerSecond.toFixed(1)} GB/s`;
  return [
    { kind: 'chart', svg: draw(title, totals, otherMilliseconds) },
    {
      kind: 'table',
      caption: `${title}: ${stepMilliseconds.toFixed(1)} ms${rates}`,
      head: ['kernel', ...head],
      rows: [...totals.map((total) => [total.kernel, ...cells(total)]), brief([outside], otherMilliseconds)],
    },
    {
      kind: 'table',
      caption: `${title}: in the order of the step`,
      head: ['layer', 'kernel', ...head],
      rows: [
        ...long.map((row) => [row.layer, row.kernel, ...cells(row)]),
        brief(['', `${others.length} rows below ${percent(shortest)}`], othersTime),
        brief(['', outside], otherMilliseconds),
      ],
    },
  ];
}

function cells(row: ProfileRow | KernelTotal): string[] {
  const { macs, additions, bytesRead, bytesWritten, roofline } = row;
  return [
    `${row.calls}`,
    row.milliseconds.toFixed(2),
    percent(row.share),
    rate(row.gigaMacsPerSecond),
    macs === null || additions === null ? '' : percent(additions / macs),
    rate(row.gigaAdditionsPerSecond),
    bytesRead === null || bytesWritten === null ? '' : ((bytesRead + bytesWritten) / 1e6).toFixed(1),
    rate(row.gigabytesPerSecond),
    roofline === null ? '' : percent(roofline.share),
    roofline === null ? '' : roofline.bound,
  ];
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const rate = (value: number | null) => (value === null ? '' : value.toFixed(1));

function draw(title: string, totals: readonly KernelTotal[], otherMilliseconds: number): string {
  const long = totals.filter(({ share }) => share >= 10 * shortest);
  return barChart({
    title,
    description: 'Milliseconds of each kernel over all layers in one training step.',
    groups: [...long.map(({ kernel }) => kernel), 'outside the kernels'],
    unit: 'milliseconds of a step',
    series: [{ name: 'milliseconds', values: [...long.map(({ milliseconds }) => milliseconds), otherMilliseconds] }],
  });
}
