/** What the tests of formats share. */
import type { ByteStream, Events } from '../events.js';

export interface AllEvents {
  t: number[];
  x: number[];
  y: number[];
  p: number[];
}

/** All runs' events, as plain lists. */
export async function readAll(runs: AsyncIterable<Events>): Promise<AllEvents> {
  const all: AllEvents = { t: [], x: [], y: [], p: [] };
  for await (const { t, x, y, p } of runs) {
    for (let i = 0; i < t.length; i++) {
      all.t.push(t[i] as number);
      all.x.push(x[i] as number);
      all.y.push(y[i] as number);
      all.p.push(p[i] as number);
    }
  }
  return all;
}

/** A stream of `bytes`, `piece` at a time. */
export function inPieces(name: string, bytes: Uint8Array, piece: number): ByteStream {
  return {
    name,
    size: bytes.length,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
    },
  };
}
