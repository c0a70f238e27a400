import type { RunRecord } from '../run/record.js';
import { conclusions } from './conclusions.js';
import { configuration, resultsTable } from './configuration.js';
import { type Figure, lambdaFigure, testFigure, trainingFigure } from './curves.js';
import { seedsText } from './findings.js';
import { enumerate, plural } from './format.js';
import { type Group, groupRuns } from './groups.js';
import { headline } from './headline.js';
import { histogramFigure } from './histogram.js';
import { escapeHtml, figure } from './html.js';
import { convParameters, firingFigure, gradientFigure, tapFigure } from './layers.js';
import { networksSection } from './networks.js';
import { STYLE_SHEET } from './style.js';

export interface ReportOptions {
  title: string;
  /** Printed at the end as it is, e.g. an ISO date; left out: the same runs give the same file. */
  generatedAt?: string;
}

interface Section {
  id: string;
  title: string;
  body: string;
}

/**
 * One HTML file about one run or about a comparison: no script, nothing fetched, charts as SVG.
 * Runs that differ in nothing but the seed are one line in the charts. Throws when there is no run.
 */
export function renderReport(runs: RunRecord[], options: ReportOptions): string {
  if (runs.length === 0)
    throw new Error(
      'A report needs at least one finished run (a folder with config.json, metrics.jsonl and result.json).',
    );
  const groups = groupRuns(runs);
  const sections = sectionsOf(groups);
  const title = escapeHtml(options.title);
  const links = sections.map(({ id, title: name }) => `<li><a href="#${id}">${escapeHtml(name)}</a></li>`);
  const body = sections.map(
    ({ id, title: name, body: inner }) =>
      `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(name)}</h2>\n${inner}</section>`,
  );
  const version = enumerate([...new Set(runs.map((run) => run.result.version))]);
  const made = options.generatedAt === undefined ? '' : `, ${options.generatedAt}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE_SHEET}</style>
</head>
<body>
<a class="skip" href="#result">Skip to the result</a>
<header>
<h1>${title}</h1>
<p class="facts">${escapeHtml(facts(groups))}</p>
<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>
</header>
<main>
${body.join('\n')}
</main>
<footer>Kestirme ${escapeHtml(version)}${escapeHtml(made)}. Charts are drawn with Apache ECharts. This file needs no network.</footer>
</body>
</html>
`;
}

/** What was run, in one line. Of options that differ only the range of values is told; the configuration has the rest. */
function facts(groups: Group[]): string {
  const runs = groups.flatMap((group) => group.runs);
  const each = (pick: (run: RunRecord) => string | number) =>
    enumerate([...new Set(runs.map((run) => String(pick(run))))], 4);
  const epochs = each((run) => run.metrics.length);
  const counts =
    runs.length === 1
      ? `1 run (${groups[0]?.label})`
      : `${plural(runs.length, 'run')}: ${enumerate(
          groups.map((group) => group.label),
          6,
        )}, ${seedsText(groups)} each`;
  return `${counts}. ${each((run) => run.config.model)}, width ${each((run) => run.config.width)}, T = ${each((run) => run.config.timeSteps)}, on ${each((run) => run.config.data)} (images: ${each((run) => run.config.limit)}), ${epochs === '1' ? '1 epoch' : `${epochs} epochs`}, batch ${each((run) => run.config.batch)}.`;
}

function sectionsOf(groups: Group[]): Section[] {
  let number = 0;
  const draw = (...figures: (Figure | null)[]) =>
    figures.flatMap((content) => (content ? [figure({ ...content, number: ++number })] : [])).join('\n');
  const recorded = groups.some((group) => group.runs.some((run) => run.metrics.length > 0));
  const first = convParameters(groups)[0];
  const charts: Section[] = recorded
    ? [
        { id: 'curves', title: 'Accuracy and loss', body: draw(testFigure(groups), trainingFigure(groups)) },
        { id: 'balance', title: 'Lambda', body: draw(lambdaFigure(groups)) },
        { id: 'depth', title: 'Gradients over depth', body: draw(first === undefined ? null : gradientFigure(groups)) },
        {
          id: 'entries',
          title: 'Gradient histograms, and gradients at the taps',
          body: draw(first === undefined ? null : histogramFigure(groups, first), tapFigure(groups)),
        },
        { id: 'rates', title: 'Firing rates', body: draw(firingFigure(groups)) },
      ]
    : [];
  return [
    { id: 'result', title: 'Result', body: `<div class="wide">${headline(groups)}</div>` },
    ...charts,
    ...networksSection(
      groups.flatMap((group) => group.runs),
      draw,
    ),
    {
      id: 'configuration',
      title: 'Configuration',
      body: `<div class="titled">${configuration(groups)}${resultsTable(groups)}</div>`,
    },
    { id: 'conclude', title: 'What to conclude, and what not', body: conclusions(groups) },
  ];
}
