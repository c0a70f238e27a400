import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkNode, explainFailure } from './bootstrap.mjs';
import { countCargo, countNode, countVitest, totalLine } from './test-counts.mjs';

test('cargo: all binaries are summed', () => {
  const text =
    'test a ... ok\ntest result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\n' +
    'test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n';
  assert.deepEqual(countCargo(text), { passed: 15, failed: 2, skipped: 1 });
});

test('vitest: a file that does not load is a failure', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'passed', assertionResults: [{}] },
    { status: 'failed', assertionResults: [{}, {}] },
  ];
  const report = { numPassedTests: 2, numFailedTests: 1, numPendingTests: 3, numTodoTests: 1, testResults };
  assert.deepEqual(countVitest(report), { passed: 2, failed: 2, skipped: 4 });
});

test('node: both forms of the summary', () => {
  assert.deepEqual(countNode('# pass 4\n# fail 1\n# skipped 2\n# todo 0\n'), { passed: 4, failed: 1, skipped: 2 });
  assert.deepEqual(countNode('ℹ pass 4\nℹ fail 0\n'), { passed: 4, failed: 0, skipped: 0 });
});

test('the line: a failed stage without tests counts as one', () => {
  const counts = { passed: 5, failed: 0, skipped: 0 };
  assert.equal(totalLine([{ ok: true, counts }, { ok: true }]).line, '5 passed, 0 failed');
  assert.equal(totalLine([{ ok: false, counts }, { ok: false }]).line, '5 passed, 2 failed');
  assert.equal(
    totalLine([{ ok: false, counts: { ...counts, failed: 3, skipped: 1 } }]).line,
    '5 passed, 3 failed, 1 skipped',
  );
});

test('an old Node is refused in words', () => {
  assert.throws(() => checkNode('20.18.3'), /needs Node 20\.19/);
  assert.throws(() => checkNode('18.20.0'), /needs Node 20\.19/);
  for (const version of ['20.19.0', '20.20.2', '22.1.0', '24.0.0']) checkNode(version);
});

test('a failed installation is explained', () => {
  assert.match(explainFailure('npm error code EAI_AGAIN'), /registry does not answer/);
  assert.match(explainFailure('ERR_PNPM_OUTDATED_LOCKFILE Cannot install'), /commit the lock file/);
  assert.match(explainFailure('something else'), /lines above/);
});
