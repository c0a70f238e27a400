/** Parts of recordings, as the tests put them together. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const golden = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '../../../../../test/golden/events', name));

/** Little-endian words. */
export const words32 = (...words: number[]) => Buffer.from(Uint32Array.from(words).buffer);
export const words16 = (...words: number[]) => Buffer.from(Uint16Array.from(words).buffer);
/** As AEDAT 2.0 has them. */
export const bigWords = (...words: number[]) => words32(...words).swap32();
export const text = (value: string) => Buffer.from(value, 'latin1');

export const aedat2Header = text('#!AER-DAT2.0\r\n');
export const aedat3Header = text('#!AER-DAT3.1\r\n#!END-HEADER\r\n');
export const datHeader = Buffer.concat([text('% Version 2\n% Width 10\n% Height 10\n'), Buffer.from([0x0c, 8])]);
export const evt2Header = text('% evt 2.0\n% geometry 10x10\n% end\n');
export const evt3Header = text('% evt 3.0\n% format EVT3;height=10;width=10\n% end\n');

export interface Packet {
  type?: number;
  size?: number;
  overflows?: number;
  capacity?: number;
  number?: number;
  valid?: number;
}

/** A packet of AEDAT 3.1 with polarity events, each [valid, x, y, t]. */
export function packet(events: [number, number, number, number][], header: Packet = {}): Buffer {
  const { type = 1, size = 8, overflows = 0, capacity = events.length, number = events.length } = header;
  const { valid = events.filter((event) => event[0] === 1).length } = header;
  const body = events.flatMap(([isValid, x, y, t]) => [(x << 17) | (y << 2) | 2 | isValid, t]);
  return Buffer.concat([words16(type, 1), words32(size, 4, overflows, capacity, number, valid, ...body)]);
}
