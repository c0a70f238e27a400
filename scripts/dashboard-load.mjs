// npm run dashboard-load [-- RUNS EPOCHS LAYERS]: made-up runs of that size (default 10 x 300 x 110), the live page over them
// in Chromium, and what it takes: seconds until all is drawn, the longest task, bytes, frames per second while a run grows.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { bringChromium } from './chromium.mjs';
import { root, runScript } from './process.mjs';

const [runs = 10, epochs = 300, layers = 110] = process.argv.slice(2).map(Number);
const stepsPerEpoch = 60;
const methods = ['vanilla', 'shortcut', 'evolution'];
const second = 1000;

function epochLine(method, seed, epoch) {
  const part = (epoch + 1) / epochs;
  const weights = {};
  const firingRates = {};
  for (let layer = 0; layer < layers; layer++) {
    const depth = layer / layers;
    const place = `stage${1 + Math.floor(3 * depth)}.block${1 + (layer % 18)}`;
    const norm =
      10 ** ((method === 'vanilla' ? -6 : -2) * (1 - depth) * (1 - 0.5 * part)) * (1 + 0.3 * Math.sin(epoch * layer));
    const bins = Array.from({ length: 44 }, (_, bin) =>
      Math.round(1000 * Math.exp(-((bin - 38 - Math.log2(norm) / 2) ** 2) / 8)),
    );
    const histogram = { minExponent: -40, positive: bins, negative: bins };
    weights[`${place}.conv${layer}.weight`] = { norm, zeroShare: 0.3 * depth, count: 2304, weightNorm: 5, histogram };
    weights[`${place}.norm${layer}.weight`] = { norm: 0.05, zeroShare: 0, count: 16, histogram };
    firingRates[`${place}.lif${layer}`] = 0.25 - 0.2 * depth + 0.02 * Math.sin(epoch / 10 + layer);
  }
  const accuracy =
    { vanilla: 0.6, shortcut: 0.75, evolution: 0.8 }[method] * (1 - Math.exp(-6 * part)) +
    0.01 * Math.sin(epoch + seed);
  const loss = 2.3 * Math.exp(-5 * part) + 0.3;
  const lambda = method === 'vanilla' ? 1 : 0.25 + 0.75 * part;
  const share = Math.max(0, accuracy);
  return `${JSON.stringify({
    ...{
      epoch,
      lambda,
      headWeights: [lambda],
      lr: 0.05 * (1 + Math.cos(Math.PI * part)),
      trainLoss: loss,
      trainLossMain: 0.9 * loss,
      testLoss: loss + 0.2,
    },
    ...{ trainAccuracy: share, trainAccuracyMain: share, testAccuracy: share, imagesPerSecond: 400, seconds: 100 },
    ...{ firingRates, gradients: { taps: {}, weights } },
  })}\n`;
}

function stepLines(epoch) {
  return Array.from({ length: stepsPerEpoch }, (_, at) => {
    const loss = 2.3 * Math.exp((-5 * epoch) / epochs) * (1 + 0.1 * Math.sin(7 * at + epoch));
    const shares = { accuracy: 0.5, accuracyMain: 0.4, lr: 0.1, lambda: 0.5 };
    return `${JSON.stringify({ step: epoch * stepsPerEpoch + at, epoch, perEpoch: stepsPerEpoch, loss, lossMain: 0.9 * loss, ...shares })}\n`;
  }).join('');
}

/** Folders of the runs, the last of which lacks its last epochs. */
function writeRuns(folder, missing) {
  let bytes = 0;
  const folders = Array.from({ length: runs }, (_, number) => {
    const [method, seed] = [methods[number % 3], Math.floor(number / 3)];
    const dir = join(folder, `${method}-seed${seed}`);
    mkdirSync(dir);
    const config = {
      schema: 2,
      version: '0.1.0',
      model: 'resnet110',
      method,
      seed,
      epochs,
      batch: 100,
      data: 'cifar10',
    };
    writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
    for (let epoch = 0; epoch < epochs - (number === runs - 1 ? missing : 0); epoch++) {
      const [metrics, steps] = [epochLine(method, seed, epoch), stepLines(epoch)];
      appendFileSync(join(dir, 'metrics.jsonl'), metrics);
      appendFileSync(join(dir, 'steps.jsonl'), steps);
      bytes += metrics.length + steps.length;
    }
    return { dir, method, seed };
  });
  return { bytes, last: folders.at(-1) };
}

async function serve(folder) {
  const child = spawn(process.execPath, [join(root, 'packages/cli/bin/kestirme.mjs'), 'dashboard', folder]);
  const url = await new Promise((resolve) => {
    child.stdout.on('data', (text) => {
      const address = /dashboard: (\S+)/.exec(text)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
  return { child, url };
}

/** Runs in the page: frames of the screen, for so many milliseconds. */
function watchFrames(milliseconds) {
  return new Promise((resolve) => {
    const page = globalThis.kestirmeLive;
    const before = { frames: page.frames, ...page.store.traffic };
    let frames = 0;
    const began = performance.now();
    const next = () => {
      frames++;
      const seconds = (performance.now() - began) / 1000;
      if (seconds * 1000 < milliseconds) return requestAnimationFrame(next);
      const { bytes, events } = page.store.traffic;
      const drawings = page.frames - before.frames;
      resolve({ seconds, frames, drawings, bytes: bytes - before.bytes, events: events - before.events });
    };
    requestAnimationFrame(next);
  });
}

await runScript(async () => {
  await build();
  const executablePath = await bringChromium();
  if (executablePath === undefined) return;
  const { chromium } = await import('playwright-core');
  const { tasksDuring } = await import('../test/dist/browser/longestTask.js');
  const folder = mkdtempSync(join(tmpdir(), 'kestirme-load-'));
  const missing = 20;
  const { bytes, last } = writeRuns(folder, missing);
  console.log(
    `${runs} runs, ${epochs} epochs, ${layers} layers: ${(bytes / 2 ** 20).toFixed(0)} MiB of metrics and steps`,
  );
  const { child, url } = await serve(folder);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const told = (what, { longest, longestWork, over50 }) =>
      console.log(
        `${what}: longest task ${longestWork.toFixed(0)} ms of a processor, ${longest.toFixed(0)} ms by the clock; ${over50} took over 50 ms by the clock`,
      );
    let took = 0;
    const visit = await tasksDuring(browser, page, async () => {
      const began = performance.now();
      await page.goto(url);
      const all = `table.runs tbody tr:nth-child(${runs})`;
      await page.waitForSelector(all, { timeout: 300 * second });
      await page.waitForSelector(`.maps .chart[aria-label*="by ${epochs} columns"]`, { timeout: 300 * second });
      took = (performance.now() - began) / second;
      await page.waitForTimeout(2 * second);
    });
    const { bytes: first } = await page.evaluate(() => globalThis.kestirmeLive.store.traffic);
    console.log(`first visit: all drawn after ${took.toFixed(1)} s, ${(first / 2 ** 10).toFixed(0)} KiB of events`);
    told('first visit', visit);
    const scrolled = await tasksDuring(browser, page, async () => {
      for (let at = 0; at < 12; at++) {
        await page.mouse.wheel(0, 450);
        await page.waitForTimeout(0.3 * second);
      }
    });
    told('scrolled through', scrolled);
    const option = await page.locator('#run option', { hasText: last.dir }).getAttribute('value');
    const chosen = await tasksDuring(browser, page, async () => {
      await page.selectOption('#run', option);
      // What takes longest is in sight: charts that are not are not drawn.
      await page.locator('.maps').scrollIntoViewIfNeeded();
      await page.waitForTimeout(2 * second);
    });
    told('another run chosen', chosen);
    const session = await page.context().newCDPSession(page);
    // Time in which the thread had a processor: others may be busy on this machine.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const measured = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    };
    const before = await measured();
    let watched;
    const growing = await tasksDuring(browser, page, async () => {
      const frames = page.evaluate(watchFrames, 10 * second);
      for (let at = 0; at < missing; at++) {
        const epoch = epochs - missing + at;
        appendFileSync(join(last.dir, 'steps.jsonl'), stepLines(epoch));
        appendFileSync(join(last.dir, 'metrics.jsonl'), epochLine(last.method, last.seed, epoch));
        await new Promise((resolve) => setTimeout(resolve, 0.45 * second));
      }
      watched = await frames;
    });
    const { seconds, frames, drawings, bytes: more, events } = watched;
    const rate = (count) => (count / seconds).toFixed(1);
    console.log(`while a run grows by two epochs a second: ${rate(frames)} frames/s, ${rate(drawings)} drawings/s`);
    told('while a run grows', growing);
    console.log(`${events} events of ${(more / 2 ** 10).toFixed(0)} KiB in ${seconds.toFixed(0)} s`);
    const after = await measured();
    console.log(
      `its main thread worked ${(after.TaskDuration - before.TaskDuration).toFixed(1)} s of these, heap ${(after.JSHeapUsedSize / 2 ** 20).toFixed(0)} MiB`,
    );
  } finally {
    await browser.close();
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});
