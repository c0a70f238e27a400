// npm run bench:playground: how fluent the playground is in Chromium. From the first visit to the first step, in a browser
// that has nothing of the page; the longest task of the page's main thread while it trains; its size. --seconds N, --link L
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { sizesOf } from './build-playground.mjs';
import { bringChromium } from './chromium.mjs';
import { playground, servePlayground } from './playground.mjs';
import { isMain, runScript } from './process.mjs';

const firstCell = '#numbers tbody td';

/** Milliseconds from the address to the first step, of a press on Run as soon as there is something to run. */
async function firstStep(page, address) {
  const begin = performance.now();
  await page.goto(address);
  await page.click('#run:enabled');
  await page.waitForFunction((cell) => /^[1-9]/.test(document.querySelector(cell)?.textContent ?? ''), firstCell);
  return performance.now() - begin;
}

async function measure(launch, tasksDuring, { isolated, seconds, link }) {
  const server = await servePlayground({ isolated });
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
    page.setDefaultTimeout(120_000);
    const first = await firstStep(page, `${server.address}#${link}`);
    const tasks = await tasksDuring(browser, page, () => page.waitForTimeout(1000 * seconds));
    const state = await page.evaluate(() => document.body.dataset.phase);
    const machine = await page.locator('#machine').textContent();
    const step = await page.locator(firstCell).first().textContent();
    return { first, tasks, state, machine, step };
  } finally {
    await browser.close();
    await server.close();
  }
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const { values } = parseArgs({
      options: { seconds: { type: 'string', default: '15' }, link: { type: 'string', default: 'epochs=100' } },
    });
    await build();
    const executablePath = await bringChromium();
    if (executablePath === undefined) return 1;
    const { chromium } = await import('playwright-core');
    const { tasksDuring } = await import('../test/dist/browser/longestTask.js');
    const launch = () => chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const milliseconds = (number) => `${number.toFixed(1)} ms`;
    const { gzip } = sizesOf(playground);
    console.log(
      `${cpus().length} cores, load ${loadavg()[0].toFixed(1)} before; page of ${Math.round(gzip / 1000)} kB by gzip`,
    );
    for (const isolated of [true, false]) {
      const { first, tasks, state, machine, step } = await measure(launch, tasksDuring, {
        ...{ isolated, seconds: Number(values.seconds), link: values.link },
      });
      console.log(
        `\n${isolated ? 'Served with the headers' : 'Served without headers, so by the service worker'}. ${machine}\n` +
          `  first visit to first step: ${milliseconds(first)}\n` +
          `  main thread, ${values.seconds} s of training (${state}, step ${step}): ${tasks.count} tasks; the longest ` +
          `${milliseconds(tasks.longest)}, of which a processor worked ${milliseconds(tasks.longestWork)} at most; ` +
          `${tasks.over50} over 50 ms`,
      );
    }
    return 0;
  });
}
