/** From lines that somebody drew to an image as MNIST has it: 20 pixels high or wide, in the middle by its mass. */

export interface Spot {
  x: number;
  y: number;
}

/** Lines from pen down to pen up, in shares of the drawing area, y downwards. */
export type Strokes = readonly (readonly Spot[])[];

const side = 32;
const inked = 20;
/** What is smaller, such as a dot, stays small. */
const leastSize = 0.2;
/** Half the width of the pen, in pixels of the image, and how far its edge fades. */
const pen = 1;
const fade = 1;

/** Pixels [32, 32] of 0 to 255; null: there is nothing. */
export function imageOf(strokes: Strokes): Uint8Array<ArrayBuffer> | null {
  const spots = strokes.flat();
  if (spots.length === 0) return null;
  const [left, right] = range(spots.map(({ x }) => x));
  const [top, bottom] = range(spots.map(({ y }) => y));
  const factor = inked / Math.max(right - left, bottom - top, leastSize);
  const moved = (dx: number, dy: number) =>
    strokes.map((stroke) =>
      stroke.map(({ x, y }) => ({
        x: (x - (left + right) / 2) * factor + side / 2 + dx,
        y: (y - (top + bottom) / 2) * factor + side / 2 + dy,
      })),
    );
  const first = paint(moved(0, 0));
  const { x, y } = centreOf(first);
  return paint(moved(side / 2 - x, side / 2 - y));
}

function range(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

function paint(strokes: Strokes): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const distance = Math.min(...strokes.map((stroke) => distanceTo(stroke, column + 0.5, row + 0.5)));
      const ink = Math.min(1, Math.max(0, (pen + fade - distance) / fade));
      pixels[row * side + column] = Math.round(255 * ink);
    }
  }
  return pixels;
}

/** Of a place from the nearest piece of a line. */
function distanceTo(stroke: readonly Spot[], x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < stroke.length; i++) {
    const from = stroke[Math.max(0, i - 1)] as Spot;
    const to = stroke[i] as Spot;
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / length));
    least = Math.min(least, Math.hypot(x - from.x - along * dx, y - from.y - along * dy));
  }
  return least;
}

function centreOf(pixels: Uint8Array): Spot {
  let [sum, x, y] = [0, 0, 0];
  pixels.forEach((ink, at) => {
    sum += ink;
    x += ink * ((at % side) + 0.5);
    y += ink * (Math.floor(at / side) + 0.5);
  });
  return { x: x / sum, y: y / sum };
}
