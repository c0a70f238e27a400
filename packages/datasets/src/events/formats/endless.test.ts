/** Recordings are read as they are needed, never ahead of it; `npm run large-recording` reads 2 GB of each format. */
import { describe, expect, it } from 'vitest';
import { endless, repeated } from './endless.test.support.js';
import { eventFormats } from './index.js';

const size = 8 * 1024 * 1024;
/** A run of events of the largest records, and the blocks at its ends. */
const mostAhead = 65_536 * 16 + 3 * 2 ** 18;

describe.each(Object.entries(endless()))('a long recording of %s', (name, { head, block, events }) => {
  const format = eventFormats.find((one) => one.name === name);

  it('is read no further than the events that were asked for', async () => {
    const stream = repeated(name, head, block, size);
    const eventsPerByte = events / block.length;
    let seen = 0;
    for await (const run of format?.read(stream) ?? []) {
      expect(run.size).toBeLessThanOrEqual(65_536);
      seen += run.size;
      expect(stream.given).toBeLessThan(seen / eventsPerByte + mostAhead);
    }
    expect(seen).toBe(Math.ceil((size - head.length) / block.length) * events);
  });

  it('is closed when nobody wants more of it', async () => {
    const stream = repeated(name, head, block, Number.POSITIVE_INFINITY);
    let isClosed = false;
    const closing = {
      ...stream,
      async *chunks() {
        try {
          yield* stream.chunks();
        } finally {
          isClosed = true;
        }
      },
    };
    for await (const _ of format?.read(closing) ?? []) break;
    expect(isClosed).toBe(true);
  });
});
