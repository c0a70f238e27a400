import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factsTable, problemsOf } from './threads-tables.mjs';

const digest = '0123456789abcdef'.repeat(4);

/** What our own pool should show. */
const kept = () => [
  ['same bits, 2 threads', digest],
  ['workers left after close', '0'],
  ['close, then another number of threads', 'it succeeds'],
  ["a pool worker's script is missing", "it rejects: a worker's script could not be loaded: http://host/poolWorker.js"],
  ['all pool workers trap as they start', 'it rejects: EngineFailure: a thread of the engine failed: unreachable'],
  ['a trap in a pool worker, in a kernel', 'it rejects: EngineFailure: a thread of the engine failed: out of bounds'],
  ['another engine in this page', digest],
  ['as vite bundles it', 'runs'],
  ['as webpack bundles it', 'runs'],
];
const but = (name, said) => kept().map(([found, before]) => [found, found === name ? said : before]);

test('the other pool may lose anything but the bits', () => {
  const rayon = [
    ['same bits, 2 threads', digest],
    ['a trap in a pool worker, in a kernel', 'no answer in 30 s'],
  ];
  assert.deepEqual(problemsOf({ ours: kept(), rayon }), []);
});

test('other bits are a problem, and so is a hash that is none', () => {
  for (const said of [digest.replace('0', '1'), 'no answer in 30 s']) {
    const [problem, ...more] = problemsOf({ ours: kept(), rayon: [['same bits, 2 threads', said]] });
    assert.match(problem, /^The bits are not the same: 0123456789ab, /);
    assert.deepEqual(more, []);
  }
});

test('each promise of our own pool is one, kept, broken or not looked at', () => {
  for (const [name] of kept().filter(([, said]) => said !== digest)) {
    const [broken, ...more] = problemsOf({ ours: but(name, 'no answer in 30 s'), rayon: [] });
    assert.match(broken, /^Our own pool: .*: no answer in 30 s\.$/, name);
    assert.deepEqual(more, [], name);
    const without = kept().filter(([found]) => found !== name);
    assert.match(problemsOf({ ours: without, rayon: [] })[0], /not looked at/, name);
  }
});

test('a table has a row for each fact of either, with short hashes', () => {
  const lines = factsTable({ ours: [['bits', digest]], rayon: [['size', '9 bytes']] }).split('\n');
  assert.deepEqual(lines.slice(2), ['| bits | 0123456789ab | - |', '| size | - | 9 bytes |']);
});
