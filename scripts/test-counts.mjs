// Reads how many tests passed from what the test programs print.

const sum = (text, pattern) => [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);

/** Counts of `cargo test`: one summary per test binary. */
export function countCargo(text) {
  return {
    passed: sum(text, /^test result: .*?(\d+) passed;/gm),
    failed: sum(text, /^test result: .*?(\d+) failed;/gm),
    skipped: sum(text, /^test result: .*?(\d+) ignored;/gm),
  };
}

/** Counts of vitest's JSON report; a file that could not be loaded has no tests and counts as one failure. */
export function countVitest(report) {
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Counts of `node --test`, in its spec or TAP form. */
export function countNode(text) {
  return {
    passed: sum(text, /^(?:ℹ|#) pass (\d+)/gm),
    failed: sum(text, /^(?:ℹ|#) fail (\d+)/gm),
    skipped: sum(text, /^(?:ℹ|#) (?:skipped|todo) (\d+)/gm),
  };
}

/** The one line at the end. A stage that failed without a failed test of its own counts as one. */
export function totalLine(stages) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { ok, counts = { passed: 0, failed: 0, skipped: 0 } } of stages) {
    total.passed += counts.passed;
    total.failed += ok ? counts.failed : Math.max(1, counts.failed);
    total.skipped += counts.skipped;
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  return { line: `${total.passed} passed, ${total.failed} failed${skipped}`, failed: total.failed };
}
