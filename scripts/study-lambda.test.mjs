import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './process.mjs';
import { readLines } from './study-lambda.mjs';
import { studyTables } from './study-tables.mjs';

const lines = readLines(join(root, 'docs', 'lambda.jsonl'));

/** As the formatter leaves rows of tables, but for how wide their columns are. */
const bare = (text) => text.replaceAll(/[ \t]+/g, ' ').replaceAll(/-{3,}/g, '---');

test('docs/lambda.md has the tables of docs/lambda.jsonl', () => {
  assert.ok(bare(readFileSync(join(root, 'docs', 'lambda.md'), 'utf8')).includes(bare(studyTables(lines))));
});

test('every arm was judged at the rate that was best on images held out of training', () => {
  const armOf = ({ network, lambda, heads, combine }) => [network, lambda, heads, combine].join(' ');
  const chosen = lines.filter(({ part }) => part === 'choose');
  for (const judged of lines.filter(({ part }) => part === 'judge')) {
    const accuracies = chosen.filter((line) => armOf(line) === armOf(judged));
    const best = Math.max(...accuracies.map(({ testAccuracy }) => testAccuracy ?? 0));
    assert.equal(accuracies.find(({ lr }) => lr === judged.lr)?.testAccuracy, best, armOf(judged));
    assert.ok(judged.args.every((arg) => !arg.startsWith('--validation')));
  }
  assert.ok(chosen.every(({ args, seed }) => args.includes('--validation=1000') && seed === 100));
});
