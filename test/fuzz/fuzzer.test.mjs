import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Coverage } from './coverage.mjs';
import { checkRefusal } from './expectations.mjs';
import { Fuzzer } from './fuzzer.mjs';
import { instrument } from './instrument.mjs';
import { Random } from './random.mjs';

const coverage = new Coverage();
coverage.register([new URL('./maze.mjs', import.meta.url).href]);
const { maze } = await import('./maze.mjs');

function fuzzer(run, findings, covered = coverage) {
  const onFinding = (bytes, error) => findings.push({ bytes, error });
  const target = { run, mostBytes: 16 };
  return new Fuzzer({ target, coverage: covered, random: new Random(1), onStart() {}, onFinding });
}

test('coverage leads through a maze', async () => {
  const findings = [];
  await fuzzer(maze, findings).run([Buffer.alloc(6)], (count) => findings.length > 0 || count >= 1_000_000);
  assert.equal(findings[0]?.error.constructor, TypeError);
  assert.deepEqual([...findings[0].bytes.subarray(0, 5)], [0x4b, 0x02, 0xf3, 0x77, 0x99]);
});

test('without coverage the same fuzzer does not find the way', async () => {
  const findings = [];
  await fuzzer(maze, findings, new Coverage()).run([Buffer.alloc(6)], (count) => count >= 200_000);
  assert.equal(findings.length, 0);
});

test('the same seed makes the same inputs', async () => {
  const runs = await Promise.all(
    [1, 1].map(async () => {
      const inputs = [];
      await fuzzer((bytes) => void inputs.push(bytes.toString('hex')), [], new Coverage()).run(
        [],
        (count) => count >= 500,
      );
      return inputs;
    }),
  );
  assert.deepEqual(runs[0], runs[1]);
  assert.ok(new Set(runs[0]).size > 100);
});

test('polluted prototypes, greed and slowness are findings', async () => {
  const kinds = {
    'Object.prototype has changed': () => Object.defineProperty(Object.prototype, 'polluted', { configurable: true }),
    allocates: () => new Uint8Array(2 ** 28).fill(1),
    takes: () => {
      const end = performance.now() + 1100;
      while (performance.now() < end);
    },
  };
  for (const [message, run] of Object.entries(kinds)) {
    const findings = [];
    const calm = (bytes) => bytes[0] === 0 && void run();
    await fuzzer(calm, findings, new Coverage()).run([Buffer.of(1), Buffer.of(1), Buffer.of(0)], () => true);
    delete Object.prototype.polluted;
    assert.match(findings[0]?.error.message ?? 'nothing', new RegExp(`^${message}`));
  }
});

test('a refusal is of the right kind, names the file and is fit to be read', () => {
  const refuse = (error) => checkRefusal(error, [RangeError], 'a.bin');
  refuse(new RangeError('a.bin: too short'));
  assert.throws(() => refuse(new TypeError('a.bin: too short')), TypeError);
  assert.throws(() => refuse(new RangeError('too short')), /does not mention 'a.bin'/);
  assert.throws(() => refuse(new RangeError(`a.bin: ${'x'.repeat(2000)}`)), /2007 characters/);
  assert.throws(() => refuse(new RangeError('a.bin: \u001b[2J')), /control characters/);
});

test('instrumented code does what it did', () => {
  const source = `
    export const f = (a, b = a ?? 2) => ({ sum: a + b, ...(a > 1 ? { big: true } : null) });
    function g(n) { if (n) if (n > 2) return 'many'; else return 'few'; for (const i of [1]) n += i; return n; }
    function h(kind) { switch (kind) { case 1: case 2: return 'low'; default: return kind && g(0) || 'none'; } }
    class C { #x = 1; static { C.y = 2; } get x() { return this.#x; } }
    const many = [1, 2].map((v) => { try { if (v > 1) throw v; return v; } catch (e) { return -e; } });
    export const all = JSON.stringify([f(1), f(2, 3), g(0), g(1), g(3), h(1), h(''), h(5), new C().x, C.y, many]);
  `;
  const body = (code) => code.replaceAll('export ', '');
  const run = (code) => new Function(`${body(code)}; return all;`)();
  let counted = 0;
  globalThis.__fuzzCounters = (_key, count, words) => {
    assert.ok(words.includes('many'));
    counted = count;
    return new Uint32Array(count);
  };
  assert.equal(run(instrument(source, 'x')), run(source));
  assert.ok(counted > 20);
});
