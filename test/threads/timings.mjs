// Both contenders in one page, in turns, so that whatever else the machine does meets both alike: only ratios are told.
import { fileURLToPath } from 'node:url';
import { chromium as browserType } from 'playwright-core';
import { Chromium } from '../dist/browser/chromium.js';

const names = ['ours', 'rayon'];
const batchSize = 16;
const warmUpSteps = 10;

/** Of wasm-bindgen-rayon's milliseconds over ours, pair by pair; every other pair begins with the other contender. */
function ratiosOf(pairs) {
  const ratios = pairs.map(({ ours, rayon }) => rayon / ours).sort((a, b) => a - b);
  const at = (part) => ratios[Math.min(ratios.length - 1, Math.floor(part * ratios.length))];
  const text = [at(0.5), at(0.25), at(0.75)].map((ratio) => ratio.toFixed(2));
  return `${text[0]} (half of ${ratios.length} pairs within ${text[1]} and ${text[2]})`;
}

async function inTurns(count, measure) {
  const pairs = [];
  for (let pair = 0; pair < count; pair++) {
    const times = {};
    for (const name of pair % 2 === 0 ? names : names.toReversed()) times[name] = await measure(name, pair);
    pairs.push(times);
  }
  return ratiosOf(pairs);
}

/** `pairs` of starts, and of `steps` training steps each, of engines with `threads` threads. */
export async function timingsOf(executable, { pairs, steps, threads }) {
  const chromium = await Chromium.start(
    executable,
    browserType,
    fileURLToPath(new URL('pageOfBoth.mjs', import.meta.url)),
  );
  try {
    const { page } = await chromium.openPage('isolated');
    const call = (name, method, ...values) =>
      page.evaluate(([who, what, given]) => globalThis.kestirmePage[who][what](...given), [name, method, values]);
    // The first of each compiles the code for the browser's cache.
    const start = async (name) => {
      const milliseconds = await call(name, 'open', threads);
      await call(name, 'close');
      return milliseconds;
    };
    for (const name of names) await start(name);
    const starts = await inTurns(pairs, start);

    const hashes = [];
    for (const name of names) {
      await call(name, 'open', threads);
      await call(name, 'loadResnet', batchSize);
      await call(name, 'time', batchSize, warmUpSteps, 0);
    }
    const training = await inTurns(pairs, (name, pair) =>
      call(name, 'time', batchSize, steps, warmUpSteps + pair * steps),
    );
    for (const name of names) {
      hashes.push(await call(name, 'weightsSha256'));
      await call(name, 'close');
    }
    const isSame = hashes[0] === hashes[1];
    return [
      [`time to start, ${threads} threads`, starts],
      [`time of ${steps} training steps of ResNet-20 (width 0.25, batch ${batchSize}), ${threads} threads`, training],
      ['weights after these steps', isSame ? 'the same' : 'DIFFERENT'],
    ];
  } finally {
    await chromium.close();
  }
}
