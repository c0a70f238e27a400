/**
 * Undoes the filters of rows in place; each has its filter in front. `pixel`: bytes from one value to the same of the pixel
 * before. Gives a filter that there is not, if any.
 */
export function unfilter(rows: Uint8Array, row: number, pixel: number): number | undefined {
  for (let start = 1; start < rows.length; start += row + 1) {
    const filter = rows[start - 1] as number;
    if (filter === 0) continue;
    const undo = undoing[filter];
    if (undo === undefined) return filter;
    undo(rows, start, start + row, pixel, start === 1 ? null : row + 1);
  }
  return undefined;
}

/** `up`: how far back the row above is; null: there is none, so it counts as 0. */
type Undo = (rows: Uint8Array, start: number, end: number, pixel: number, up: number | null) => void;

const undoing: Record<number, Undo> = {
  1: (rows, start, end, pixel) => {
    for (let i = start + pixel; i < end; i++) rows[i] = (rows[i] as number) + (rows[i - pixel] as number);
  },
  2: (rows, start, end, _, up) => {
    for (let i = start; i < end && up !== null; i++) rows[i] = (rows[i] as number) + (rows[i - up] as number);
  },
  3: (rows, start, end, pixel, up) => {
    for (let i = start; i < end; i++) {
      const left = i - pixel < start ? 0 : (rows[i - pixel] as number);
      const above = up === null ? 0 : (rows[i - up] as number);
      rows[i] = (rows[i] as number) + ((left + above) >> 1);
    }
  },
  4: (rows, start, end, pixel, up) => {
    for (let i = start; i < end; i++) {
      const left = i - pixel < start ? 0 : (rows[i - pixel] as number);
      const above = up === null ? 0 : (rows[i - up] as number);
      const corner = up === null || i - pixel < start ? 0 : (rows[i - up - pixel] as number);
      rows[i] = (rows[i] as number) + paeth(left, above, corner);
    }
  },
};

function paeth(left: number, above: number, corner: number): number {
  const byLeft = Math.abs(above - corner);
  const byAbove = Math.abs(left - corner);
  const byCorner = Math.abs(left + above - 2 * corner);
  if (byLeft <= byAbove && byLeft <= byCorner) return left;
  return byAbove <= byCorner ? above : corner;
}
