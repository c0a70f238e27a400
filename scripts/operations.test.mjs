import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, fromText, toText, totals } from './operations.mjs';

const row = (kernel, layer, instructions) => ({ network: 'net', kernel, layer, instructions });
const base = [row('forward', 'a', 2000), row('forward', 'b', 2000), row('backward', 'a', 6000), row('tiny', 'a', 2)];
const changed = (index, instructions) => base.map((one, i) => (i === index ? { ...one, instructions } : one));

test('totals: instructions, over all layers', () => {
  assert.deepEqual(totals(base), { net: { step: 10_002, kernels: { forward: 4000, backward: 6000, tiny: 2 } } });
});

test('the same counts are no news', () => {
  assert.deepEqual(compare(base, base), { lines: [], problems: [] });
});

test('less work is told and allowed', () => {
  const { lines, problems } = compare(base, changed(2, 3000));
  assert.equal(problems.length, 0);
  assert.match(lines.join('\n'), /net, backward: 0\.006 M to 0\.003 M instructions, -50\.00 %/);
});

test('a kernel may grow by 10 %, a step by 5 %', () => {
  assert.equal(compare(base, changed(2, 6300)).problems.length, 0);
  assert.match(
    compare(base, changed(2, 6590)).problems.join('\n'),
    /^net, a step: .*\+5\.90 %; more than 5 % needs a reason$/,
  );
  assert.match(compare(base, changed(1, 2410)).problems.join('\n'), /^net, forward: .*\+10\.25 %; more than 10 %/);
});

test('a kernel that nobody can feel may grow', () => {
  const { lines, problems } = compare(base, changed(3, 4));
  assert.equal(problems.length, 0);
  assert.match(lines.join('\n'), /net, tiny: .*\+100\.00 %/);
});

test('kernels come and go, networks do not', () => {
  const { lines, problems } = compare(base, [...base.slice(0, 3), row('small', 'a', 1)]);
  assert.equal(problems.length, 0);
  assert.match(lines.join('\n'), /net, tiny: gone/);
  assert.match(lines.join('\n'), /net, small: new/);
  assert.deepEqual(compare(base, []).problems, ['net is gone']);
});

test('the file holds what was counted', () => {
  const other = { ...base[0], network: 'other' };
  assert.deepEqual(fromText(toText([...base, other], 'abc')), { wasmSha256: 'abc', kernels: [...base, other] });
});
