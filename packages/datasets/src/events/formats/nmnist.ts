/**
 * N-MNIST's and N-Caltech101's `.bin`: records of 5 bytes: x, y, then 24 bits, most significant first: polarity and 23
 * bits of time in microseconds. A record with y 240 is no event: the clock overflowed, and 2^13 us are added to all that
 * follow. Source: Orchard et al., "Converting static image datasets to spiking neuromorphic datasets using saccades"
 * (2015), and their eventvision.py.
 */
import type { EventFormat } from '../events.js';
import { readRecords } from './records.js';

const overflowRow = 240;
const overflowMicroseconds = 2 ** 13;
const side = 34;

export const nmnist: EventFormat = {
  name: 'nmnist',
  title: 'N-MNIST .bin (5 bytes an event)',
  extensions: ['.bin'],
  // There is no header to tell it by.
  fits: () => true,
  usualWidth: side,
  usualHeight: side,
  read: (stream, options = {}) =>
    readRecords(stream, options, async () => ({
      bytes: 5,
      width: side,
      height: side,
      decoder(sink) {
        let overflowed = 0;
        return ({ bytes }, at, offset) => {
          const y = bytes[at + 1] as number;
          if (y === overflowRow) {
            overflowed += overflowMicroseconds;
            return;
          }
          const top = bytes[at + 2] as number;
          const t = ((top & 0x7f) << 16) | ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
          sink.add(t + overflowed, bytes[at] as number, y, top >> 7, offset);
        };
      },
    })),
};
