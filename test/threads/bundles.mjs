// Whether what each bundler makes of a contender runs in an isolated page, and its size.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium as browserType } from 'playwright-core';
import { bundlers } from '../dist/browser/bundlers.js';
import { Chromium } from '../dist/browser/chromium.js';
import { contenders } from './facts.mjs';

const threads = 2;

/** One line for each bundler: 'runs', or the first line of why not. */
export async function bundlesOf(name, executable) {
  const chromium = await Chromium.start(executable, browserType, contenders[name].page);
  const results = [];
  try {
    for (const bundler of Object.keys(bundlers)) {
      results.push([`as ${bundler} bundles it`, await attempt(chromium, name, bundler)]);
    }
  } finally {
    await chromium.close();
  }
  return results;
}

async function attempt(chromium, name, bundler) {
  let opened;
  try {
    opened = await chromium.openPage('isolated', bundler);
  } catch (error) {
    return `cannot be built: ${reason(error)}`;
  }
  try {
    const run = ([who, count]) => globalThis.kestirmePage[who].runFixedCell(count);
    const cell = await opened.page.evaluate(run, [name, threads]);
    return cell.threads === threads ? 'runs' : `has ${cell.threads} threads`;
  } catch (error) {
    return `fails: ${reason(error)}`;
  } finally {
    await opened.page.close();
  }
}

/** The line that says what is wrong. */
function reason({ message }) {
  const lines = message.split('\n').map((line) => line.trim());
  return lines.find((line) => /not found|could not|can't/i.test(line)) ?? lines[0];
}

/** Bytes of a build with its glue, as they are and compressed. */
export function sizeOf(folder) {
  const files = readdirSync(folder, { recursive: true })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile() && /\.(?:wasm|js)$/.test(file));
  const contents = files.map((file) => readFileSync(file));
  const sum = (sizes) => sizes.reduce((total, size) => total + size, 0);
  return `${sum(contents.map(({ length }) => length))} (${sum(contents.map((bytes) => gzipSync(bytes).length))} gzipped)`;
}
