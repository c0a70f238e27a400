/** A profile by kernel. */
import type { KernelTotal, ProfileRow } from './types.js';

/** One row for each kernel, over all layers, the longest first. */
export function profileTotals(rows: readonly ProfileRow[]): KernelTotal[] {
  const names = [...new Set(rows.map(({ kernel }) => kernel))];
  return names
    .map((kernel) => total(rows.filter((row) => row.kernel === kernel)))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

function total(rows: readonly ProfileRow[]): KernelTotal {
  const sum = (of: (row: ProfileRow) => number | null) =>
    rows.reduce<number | null>((all, row) => (all === null || of(row) === null ? null : all + (of(row) as number)), 0);
  const milliseconds = sum((row) => row.milliseconds) as number;
  const [macs, additions] = [sum((row) => row.macs), sum((row) => row.additions)];
  const [bytesRead, bytesWritten] = [sum((row) => row.bytesRead), sum((row) => row.bytesWritten)];
  const perSecond = (amount: number | null) =>
    amount === null || milliseconds === 0 ? null : amount / milliseconds / 1e6;
  // Time at the roofline adds up; the bound is that of most of it.
  const ideal = sum((row) => row.roofline && row.roofline.share * row.milliseconds);
  const byMemory = rows.reduce((all, { roofline, milliseconds: time }) => {
    return roofline?.bound === 'memory' ? all + roofline.share * time : all;
  }, 0);
  return {
    kernel: (rows[0] as ProfileRow).kernel,
    calls: sum((row) => row.calls) as number,
    milliseconds,
    share: sum((row) => row.share) as number,
    ...{ macs, additions, bytesRead, bytesWritten },
    gigaMacsPerSecond: perSecond(macs),
    gigaAdditionsPerSecond: perSecond(additions),
    gigabytesPerSecond: perSecond(bytesRead === null || bytesWritten === null ? null : bytesRead + bytesWritten),
    roofline:
      ideal === null || milliseconds === 0
        ? null
        : { bound: 2 * byMemory > ideal ? 'memory' : 'arithmetic', share: ideal / milliseconds },
  };
}
