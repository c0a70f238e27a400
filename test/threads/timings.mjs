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

/** `pairs` of starts, and of `steps` training steps each, of engines with each of these numbers of threads. */
export async function timingsOf(executable, { pairs, steps, threads }) {
  const script = fileURLToPath(new URL('pageOfBoth.mjs', import.meta.url));
  const chromium = await Chromium.start(executable, browserType, script);
  try {
    const { page } = await chromium.openPage('isolated');
    const call = (name, method, ...values) =>
      page.evaluate(([who, what, given]) => globalThis.kestirmePage[who][what](...given), [name, method, values]);
    const results = [];
    for (const count of threads) {
      results.push([`start, threads: ${count}`, await starts(call, count, pairs)]);
      results.push([
        `${steps} training steps of ResNet-20 (width 0.25, batch ${batchSize}), threads: ${count}`,
        await training(call, count, pairs, steps),
      ]);
    }
    return results;
  } finally {
    await chromium.close();
  }
}

async function starts(call, threads, pairs) {
  const start = async (name) => {
    const milliseconds = await call(name, 'open', threads);
    await call(name, 'close');
    return milliseconds;
  };
  // The browser keeps what it compiled.
  for (const name of names) await start(name);
  return inTurns(pairs, start);
}

async function training(call, threads, pairs, steps) {
  const hashes = [];
  for (const name of names) {
    await call(name, 'open', threads);
    await call(name, 'loadResnet', batchSize);
    await call(name, 'time', batchSize, warmUpSteps, 0);
  }
  const ratios = await inTurns(pairs, (name, pair) => call(name, 'time', batchSize, steps, warmUpSteps + pair * steps));
  for (const name of names) {
    hashes.push(await call(name, 'weightsSha256'));
    await call(name, 'close');
  }
  if (hashes[0] !== hashes[1]) throw new Error(`the weights are not the same: ${hashes.join(', ')}`);
  return ratios;
}
