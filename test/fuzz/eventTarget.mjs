// What every reader of recordings owes, beyond refusing properly: events in order of time and inside the sensor, the same
// wherever the stream is cut; leaving out what is wrong gives no fewer events than there were before a refusal.
import { must, mustEqual, readOrRefuseLater } from './expectations.mjs';

const dist = '../../packages/datasets/dist';
const file = 'some/recording';
const width = 2048;
const height = 2048;

const shared = ['cursor', 'sink', 'lines', 'records'].map((name) => `datasets/events/formats/${name}.js`);

/** The compiled files that a target covers: those of its own, by their names in events/, and what all readers share. */
export const instrumentsOf = (...own) => [...own.map((name) => `datasets/events/${name}.js`), ...shared];

/** A target that reads with the format named `name`. Longer inputs than `mostBytes` would only repeat records. */
export async function eventTarget(name, mostBytes) {
  const { eventFormats } = await import(`${dist}/events/formats/index.js`);
  const { SkippedEvents } = await import(`${dist}/events/problems.js`);
  const { DatasetError } = await import(`${dist}/error.js`);
  const format = eventFormats.find((one) => one.name === name);

  return {
    mostBytes,
    async run(bytes) {
      const strict = await readOrRefuseLater(
        () => readAll(format, stream(bytes, bytes.length), {}),
        [DatasetError],
        file,
      );
      if (strict) checkEvents(strict);
      const skipped = new SkippedEvents();
      const options = { onProblem: skipped.note };
      const whole = stream(bytes, bytes.length);
      const lenient = await readOrRefuseLater(() => readAll(format, whole, options), [DatasetError], file);
      if (!lenient) {
        must(!strict, 'what is read without problems is read when problems are skipped');
        return;
      }
      checkEvents(lenient);
      if (strict) mustEqual(lenient, strict, 'the same events when there is nothing to skip');
      must((skipped.count === 0) === (strict !== undefined), 'a problem is refused, and skipped with a count');
      if (skipped.count > 0) must(skipped.summary.file === file, 'a problem names its file');
      // Of one in four inputs, which takes the longest.
      const sum = bytes.reduce((before, byte) => before + byte, 0);
      if (sum % 4 !== 0) return;
      const piece = 1 + (sum % 97);
      const again = new SkippedEvents();
      mustEqual(await readAll(format, stream(bytes, piece), { onProblem: again.note }), lenient, 'the same in pieces');
      mustEqual(again.counts, skipped.counts, 'the same problems in pieces');
    },
  };
}

function stream(bytes, piece) {
  return {
    name: file,
    size: bytes.length,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
    },
  };
}

async function readAll(format, bytes, options) {
  const runs = [];
  for await (const { size, t, x, y, p } of format.read(bytes, { width, height, ...options })) {
    must(size > 0 && size <= 65_536, 'runs of 1 to 65,536 events');
    must(
      [t, x, y, p].every(({ length }) => length === size),
      'columns of equal length',
    );
    runs.push({ t, x, y, p });
  }
  return runs;
}

function checkEvents(runs) {
  let latest = Number.NEGATIVE_INFINITY;
  for (const { t, x, y, p } of runs) {
    for (let i = 0; i < t.length; i++) {
      if (!(Number.isSafeInteger(t[i]) && t[i] >= latest))
        must(false, `whole times in order, not ${t[i]} after ${latest}`);
      if (!(x[i] < width && y[i] < height && p[i] <= 1)) must(false, `an event inside: ${x[i]}, ${y[i]}, ${p[i]}`);
      latest = t[i];
    }
  }
}
