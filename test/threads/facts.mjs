// What a page sees of one contender, apart from time: nothing here depends on how busy the machine is.
import { fileURLToPath } from 'node:url';
import { chromium as browserType } from 'playwright-core';
import { Chromium } from '../dist/browser/chromium.js';
import { trapIn } from '../dist/browser/trapWasm.js';

const script = (file) => fileURLToPath(new URL(file, import.meta.url));

/** `poolExport`: what a pool's worker runs; `poolFile`: where its script is called so. */
export const contenders = {
  ours: { title: 'our own pool', page: script('pageOfOurs.mjs'), poolExport: 'workerMain', poolFile: /poolWorker/ },
  rayon: {
    title: 'wasm-bindgen-rayon',
    page: script('pageOfRayon.mjs'),
    poolExport: 'wbg_rayon_start_worker',
    poolFile: /workerHelpers/,
  },
};

const threads = 4;
/** After this long a call counts as one that never ends; the same call otherwise takes a second or two. */
const patience = 30_000;
/** Workers that are still there then are counted as left. */
const endPatience = 5_000;
const attempts = 12;

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What a call came to, in words. */
async function outcome(call, done = () => 'it succeeds') {
  const settled = call.then(done, (error) => {
    const [first] = String(error.message).split('\n');
    return `it rejects: ${first.replace(/^page\.evaluate: /, '')}`;
  });
  return Promise.race([settled, wait(patience).then(() => `no answer in ${patience / 1000} s`)]);
}

const digest = (cell) => cell.evidence.digests.all;

export async function factsOf(name, executable) {
  const { page: pageScript, poolExport, poolFile } = contenders[name];
  const chromium = await Chromium.start(executable, browserType, pageScript);
  const facts = [];
  const tell = (what, value) => {
    facts.push([what, value]);
    console.error(`${name}: ${what}: ${value}`);
  };
  /** In a page of its own, since one that hangs cannot be gone on with. */
  async function inPage(work, bundler = 'vite') {
    const { page, complaints } = await chromium.openPage('isolated', bundler);
    const call = (method, ...values) =>
      page.evaluate(([who, what, given]) => globalThis.kestirmePage[who][what](...given), [name, method, values]);
    try {
      return await work(call, complaints);
    } finally {
      await page.close();
    }
  }
  const workersAfter = async (before) => {
    const end = Date.now() + endPatience;
    let left = (await chromium.countWorkers()) - before;
    while (left > 0 && Date.now() < end) {
      await wait(100);
      left = (await chromium.countWorkers()) - before;
    }
    return left;
  };

  try {
    for (const count of [1, 2, 3]) {
      tell(`same bits, ${count} threads`, await inPage((call) => outcome(call('runFixedCell', count), digest)));
    }

    await inPage(async (call) => {
      const before = await chromium.countWorkers();
      const seen = { requests: 0, bytes: 0 };
      const count = (_, bytes) => {
        seen.requests++;
        seen.bytes += bytes.length;
        return bytes;
      };
      await chromium.withChange(count, () => call('open', threads));
      tell(`requests until ${threads} threads are ready`, String(seen.requests));
      tell(`bytes until ${threads} threads are ready`, String(seen.bytes));
      tell(`workers of ${threads} threads`, String((await chromium.countWorkers()) - before));
      await call('close');
      tell('workers left after close', String(await workersAfter(before)));
      tell('close, then another number of threads', await outcome(call('runFixedCell', 2), () => 'it succeeds'));
    });

    await inPage(async (call) => {
      const change = (path, bytes) => (poolFile.test(path) ? null : bytes);
      tell(
        "a pool worker's script is missing",
        await chromium.withChange(change, () => outcome(call('open', threads))),
      );
    });

    await inPage(async (call, complaints) => {
      const change = (path, bytes) => (path.endsWith('.wasm') ? trapIn(bytes, poolExport) : bytes);
      const said = await chromium.withChange(change, () =>
        outcome(call('runFixedCell', threads), () => 'it succeeds, on one thread, without a word'),
      );
      tell('all pool workers trap as they start', said);
      tell('what the console says of traps at the start', complaints.join('; ') || 'nothing');
    });

    await trapInKernel();
    return facts;
  } finally {
    await chromium.close();
  }

  /** Repeated until a thread of the pool, not the engine's own, has the task that traps. */
  async function trapInKernel() {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const isHit = await inPage(async (call, complaints) => {
        const before = await chromium.countWorkers();
        await chromium.withChange(lastTaskTraps, () => call('open', threads));
        await call('loadTwoConvolutions');
        const said = await outcome(call('step'));
        // The engine's own thread had it.
        if (/the engine trapped/.test(said)) return false;
        if (!/a thread of the engine failed|no answer/.test(said)) throw new Error(`this should have trapped: ${said}`);
        tell('a trap in a pool worker, in a kernel', said);
        tell('what the console says of the trap in a kernel', complaints.join('; ') || 'nothing');
        tell('workers left by the trap in a kernel', String(await workersAfter(before)));
        await call('close');
        tell('workers left by it after close', String(await workersAfter(before)));
        tell('another engine in this page', await outcome(call('runFixedCell', 3), digest));
        return true;
      });
      if (isHit) return;
    }
    tell('a trap in a pool worker, in a kernel', `not seen in ${attempts} attempts`);
  }
}

/** A page's scripts, workers' too, in which `breakLastTask` comes first. */
function lastTaskTraps(path, bytes) {
  return path.endsWith('.js') ? Buffer.from(`(${breakLastTask})();${Buffer.from(bytes)}`) : bytes;
}

/**
 * Runs in the page. A convolution reads its spikes so near the end of the memory that its last task, and no other,
 * leaves it: 32 images (T x B) of 16x16, one word each.
 */
function breakLastTask() {
  let memory;
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
    construct(Memory, [descriptor]) {
      memory = new Memory(descriptor);
      return memory;
    },
  });
  const faulty = (instance) => {
    const { conv2d_forward: forward } = instance.exports;
    const nearEnd = () => memory.buffer.byteLength - 32 * 16 * 16 * 4 + 2048;
    const conv2d_forward = (object, _, ...rest) => forward(object, nearEnd(), ...rest);
    return Object.create(instance, { exports: { value: { ...instance.exports, conv2d_forward } } });
  };
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct: (Instance, values) => faulty(new Instance(...values)),
  });
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...values) => {
      const made = await original.apply(WebAssembly, values);
      return made instanceof WebAssembly.Instance ? faulty(made) : { ...made, instance: faulty(made.instance) };
    };
  }
}
