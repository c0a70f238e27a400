import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { checkExactness, exceptions } from './check-exactness.mjs';

const made = [];
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

function problemsWith(files, allowed = []) {
  const root = mkdtempSync(join(tmpdir(), 'kestirme-exact-'));
  made.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return checkExactness(root, allowed);
}

const core = 'packages/core/src/layers/lif.ts';
const kernel = 'crates/kernels/src/lif.rs';

test('exact arithmetic passes', () => {
  const text =
    'const a = Math.sqrt(x) + Math.fround(y) * Math.max(...z) + Math.PI; // 2 ** n and Math.exp\n' +
    "const b = 2 ** 32 - 1; const c = 'Math.exp(1) ** 2'; const exactMath: ExactMath = kernels.exact;\n" +
    'exactMath.exp(1); [2, 1].sort((p, q) => p - q); values.toSorted(ascending); updated(candidate);\n';
  const rust = 'let r = crate::exact::exp(x).sqrt() * v.abs(); // x.exp()\nparts.iter().sum::<f64>();\n';
  assert.deepEqual(problemsWith({ [core]: text, [kernel]: rust }), []);
});

test('tests, and files that reach no number, may do as they like', () => {
  const text = 'Math.exp(1); Math.random(); new Date();\n';
  const files = ['packages/core/src/a.test.ts', 'packages/cli/src/a.test.support.ts', 'packages/bench/src/chart.ts'];
  assert.deepEqual(problemsWith(Object.fromEntries(files.map((file) => [file, text]))), []);
});

const violations = [
  ['Math.exp', 'a = Math.exp(1);', /lif\.ts:2: 'Math\.exp' gives other bits/],
  ['Math.hypot', 'a = Math . hypot(1);', /hypot/],
  ['Math.tanh in a template', 'a = `v $' + '{Math.tanh(1)}`;', /'Math\.tanh'/],
  ['an optional call', 'a = Math?.log1p(1);', /log1p/],
  ['a member by name', 'a = Math[name](1);', /'Math'/],
  ['Math taken apart', 'const { exp } = Math;', /'Math'/],
  ['Math under another name', 'const m = Math;', /'Math'/],
  ['Math.random', 'a = Math.random();', /'Math\.random'/],
  ['a power', 'a = x ** 2;', /'\*\*'/],
  ['a power of a literal', 'a = 2 ** x;', /'\*\*'/],
  ['a fractional power', 'a = 2 ** 0.5;', /'\*\*'/],
  ['a power of a fraction', 'a = 0.5 ** 2;', /'\*\*'/],
  ['a power in place', 'a **= 2;', /'\*\*='/],
  ['a random name', 'a = crypto.randomUUID();', /no seed decides/],
  ['the date', 'a = Date.now();', /reads the clock/],
  ['a new date', 'a = new Date();', /reads the clock/],
  ['the clock', 'a = performance.now();', /reads the clock/],
  ['numbers sorted as text', 'a = [10, 9].sort();', /as text/],
  ['numbers sorted as text, in a copy', 'a = [10, 9].toSorted( );', /as text/],
  ['numbers as a language writes them', 'a = x.toLocaleString();', /language/],
  ['an order of a language', 'a.sort((p, q) => p.localeCompare(q));', /language/],
  ['Intl', 'a = new Intl.NumberFormat();', /language/],
];

for (const [name, line, expected] of violations) {
  test(name, () => {
    for (const file of [core, 'packages/datasets/src/lif.ts', 'packages/cli/src/run/lif.ts']) {
      const problems = problemsWith({ [file]: `\n${line}\n` });
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0], expected);
    }
  });
}

const rustViolations = [
  ["std's exp", 'let a = x.exp();', /use crate::exact/],
  ["std's powi", 'let a = x.powi(2);', /use crate::exact/],
  ['a fused multiply-add', 'let a = x.mul_add(y, z);', /rounds once/],
  ['a relaxed instruction', 'let a = f32x4_relaxed_madd(x, y, z);', /rounds once/],
  ['a sum in any order', 'let a: f32 = x.par_iter().map(|v| v * v).sum();', /order/],
];

for (const [name, line, expected] of rustViolations) {
  test(name, () => {
    const problems = problemsWith({ [kernel]: `${line}\n` });
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0], expected);
  });
}

test('an exception holds for its file and rule, and only while it is needed', () => {
  const text = 'a = Math.log10(x);\n';
  const reason = 'draws';
  assert.deepEqual(problemsWith({ [core]: text }, [[core, 'math', reason]]), []);
  assert.equal(problemsWith({ [core]: text }, [[core, 'clock', reason]]).length, 2);
  assert.match(problemsWith({ [core]: 'a = 1;\n' }, [[core, 'math', reason]])[0], /has no use any more/);
});

test('every exception has a reason', () => {
  for (const [file, rule, reason] of exceptions) assert.ok(file && rule && reason?.length > 5, `${file} ${rule}`);
});
