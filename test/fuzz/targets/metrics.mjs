// metrics.jsonl of a run folder.
import { must, mustSurviveJson, readOrRefuse } from '../expectations.mjs';

export const instruments = ['cli/run/metricsFile.js', 'core/plain/check.js', 'core/plain/json.js'];

export async function target() {
  const { parseMetrics } = await import('../../../packages/cli/dist/run/metricsFile.js');
  const { Failure } = await import('../../../packages/cli/dist/errors.js');
  const file = 'some/metrics.jsonl';
  return {
    mostBytes: 4096,
    words: ['"__proto__":{', '"constructor":', '\r\n', '"taps":{', '"histogram":{', '"norm":', '\ufeff'],
    run(bytes) {
      const read = readOrRefuse(() => parseMetrics(bytes.toString('utf8'), file), [Failure], file);
      if (!read) return;
      read.forEach((metrics, epoch) => {
        must(metrics.epoch === epoch, 'epochs in order');
        must(
          [metrics.trainLoss, metrics.testLoss, metrics.lr, ...metrics.headWeights].every(Number.isFinite),
          'numbers',
        );
        for (const { norm, histogram } of Object.values(metrics.gradients.taps)) {
          must(norm >= 0 && histogram.positive.every((bin) => bin >= 0), 'counts in bins');
        }
      });
      for (const metrics of read) {
        mustSurviveJson({ ...metrics, epoch: 0 }, (text) => parseMetrics(text, file)[0]);
      }
    },
  };
}
