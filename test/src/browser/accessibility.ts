/** What axe-core finds amiss in a page, by the rules of WCAG 2.1 A and AA and those of good practice. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];

interface Found {
  violations: { id: string; help: string; nodes: { target: unknown; failureSummary?: string }[] }[];
}

/** A line for each element that breaks a rule. */
export async function violations(page: Page): Promise<string[]> {
  // As the developer's tools do it: the page's own policy forbids scripts of elsewhere.
  await page.evaluate(source);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] })`;
  const found = await page.evaluate<Found>(run);
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}): ${JSON.stringify(target)}. ${failureSummary}`),
  );
}
