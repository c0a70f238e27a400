import { expect, it } from 'vitest';
import { sampleMetrics, sampleRun } from '../run/sample.test.support.js';
import { PAGE_SCRIPT } from './pageScript.js';
import { renderReport } from './report.js';

it('shows text from a run folder as text, wherever it stands', () => {
  const evil = '"><script>alert(1)</script><img src=x>';
  const run = sampleRun();
  const [stats] = Object.values(sampleMetrics(0).gradients.taps);
  if (stats === undefined) throw new Error('the sample has no taps');
  const gradients = { taps: { [evil]: stats, stage1: stats }, weights: { [`${evil}.conv.weight`]: stats } };
  run.metrics = run.metrics.map((metrics) => ({ ...metrics, firingRates: { [evil]: 0.5 }, gradients }));
  Object.assign(run.result, { version: evil, model: evil, dataset: evil });
  Object.assign(run.config, { version: evil, data: `mnist:${evil}`, model: evil, heads: evil });
  // The one script, which has none of it.
  const html = renderReport([run], { title: evil }).replace(`<script>${PAGE_SCRIPT}</script>`, '');
  expect(html).toContain('&lt;script');
  expect(html).not.toMatch(/<(script|img)/i);
});
