// What data sets of recordings read beside events: DVS128 Gesture's lists and labels, and SpikingJelly's frames.
import { must, readOrRefuse, readOrRefuseLater } from '../expectations.mjs';

export const instruments = ['datasets/sets/events/gestureFiles.js', 'datasets/events/frames/frameArchive.js'];

const sensor = { height: 3, width: 2 };
const settings = {
  ...{ mode: 'sj-duration', frames: 2, window: 1, incomplete: false, surface: 'counts', tau: 1, polarity: 'signed' },
  ...{ values: 'frame-max', resize: 2, interpolation: 'bilinear' },
};

export async function target() {
  const datasets = '../../../packages/datasets/dist';
  const { parseGestureLabels, parseTrials } = await import(`${datasets}/sets/events/gestureFiles.js`);
  const { framesOfArchive } = await import(`${datasets}/events/frames/frameArchive.js`);
  const { bytesStream } = await import(`${datasets}/events/stream.js`);
  const { DatasetError } = await import(`${datasets}/error.js`);
  return {
    mostBytes: 1024,
    words: ['class,startTime_usec,endTime_usec\n', '11,0,1\n', 'user01_led.aedat\n', 'PK\x03\x04', 'PK\x01\x02', 'NaN'],
    async run(bytes) {
      if (bytes[0] === 0x50) {
        const made = await readOrRefuseLater(
          () => framesOfArchive(bytesStream('some.npz', bytes), sensor, settings),
          [DatasetError],
          'some.npz',
        );
        if (made === undefined) return;
        must(made.pixels.length === 2 * 2 * 2, 'as many numbers as were asked for');
        must(made.pixels.every(Number.isFinite), 'finite numbers');
        return;
      }
      const text = new TextDecoder().decode(bytes);
      const labels = readOrRefuse(() => parseGestureLabels(text, 'some.csv'), [DatasetError], 'some.csv') ?? [];
      for (const { label, from, to } of labels) {
        must(Number.isInteger(label) && label >= 0 && label < 11, 'a class of the data set');
        must(Number.isSafeInteger(from) && Number.isSafeInteger(to) && from < to, 'a span of time');
      }
      const trials = readOrRefuse(() => parseTrials(text, 'some.txt'), [DatasetError], 'some.txt') ?? [];
      for (const name of trials) must(/^[\w.-]+$/.test(name) && !name.includes('/'), 'names of files in this folder');
    },
  };
}
