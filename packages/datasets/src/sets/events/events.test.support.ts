/** Recordings that tests write, by the published layouts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Event {
  t: number;
  x: number;
  y: number;
  p: 0 | 1;
}

/** `count` events, 100 us apart, that depend on `seed`: a small generator of one's own, for tests depend on no chance. */
export function someEvents(seed: number, count: number, side: number): Event[] {
  let state = seed + 1;
  const next = (below: number) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  return Array.from({ length: count }, (_, i) => ({ t: 100 * i, x: next(side), y: next(side), p: next(2) as 0 | 1 }));
}

/** N-MNIST's 5 bytes for each event. */
export function nmnistBytes(events: readonly Event[]): Uint8Array {
  return Uint8Array.from(events.flatMap(({ t, x, y, p }) => [x, y, (p << 7) | (t >> 16), (t >> 8) & 255, t & 255]));
}

/** A folder of its own, with its end. */
export function temporaryFolder(): {
  dir: string;
  write(name: string, bytes: Uint8Array | string): string;
  end(): void;
} {
  const dir = mkdtempSync(join(tmpdir(), 'kestirme-events-'));
  return {
    dir,
    write(name, bytes) {
      const file = join(dir, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
      return file;
    },
    end: () => rmSync(dir, { recursive: true, force: true }),
  };
}
