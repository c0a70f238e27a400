import { enumerate, plural } from '@kestirme/dashboard/charts';
import { modelLabel } from '../models/names.js';
import type { RunSoFar } from '../run/record.js';
import { conclusions } from './conclusions.js';
import { configuration, resultsTable } from './configuration.js';
import { confusions } from './confusion.js';
import { type Figure, testFigure, trainingFigure } from './curves.js';
import { seedsText } from './findings.js';
import { gradientFigure, ratioFigure } from './gradients.js';
import { type Group, groupRuns, isUnfinished } from './groups.js';
import { headline } from './headline.js';
import { headsFigure } from './heads.js';
import { histogramFigure } from './histogram.js';
import { escapeHtml, figure } from './html.js';
import { convParameters, firingFigure, tapFigure } from './layers.js';
import { networksSection } from './networks.js';
import { PAGE_SCRIPT, PAGE_SCRIPT_HASH } from './pageScript.js';
import { recipesOf } from './recipes.js';
import { stepsFigure } from './steps.js';
import { STYLE_SHEET } from './style.js';
import { summary } from './summary.js';

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
 * One HTML file about one run or about a comparison, finished or not: nothing fetched, charts as SVG, and one small script
 * that a reader may do without. Runs that differ in nothing but the seed are one line in the charts. Throws when there is
 * no run.
 */
export function renderReport(runs: RunSoFar[], options: ReportOptions): string {
  if (runs.length === 0)
    throw new Error('A report needs at least one run (a folder with config.json and metrics.jsonl).');
  const groups = groupRuns(runs);
  const sections = sectionsOf(groups);
  const title = escapeHtml(options.title);
  const links = sections.map(({ id, title: name }) => `<li><a href="#${id}">${escapeHtml(name)}</a></li>`);
  const body = sections.map(
    ({ id, title: name, body: inner }) =>
      `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(name)}</h2>\n${inner}</section>`,
  );
  const version = enumerate([...new Set(runs.map((run) => run.result?.version ?? run.config.version))]);
  const made = options.generatedAt === undefined ? '' : `, ${options.generatedAt}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '${PAGE_SCRIPT_HASH}'">
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
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

/** The runs in one line. Of options that differ only the range of values is told; the configuration has the rest. */
function facts(groups: Group[]): string {
  const runs = groups.flatMap((group) => group.runs);
  const each = (pick: (run: RunSoFar) => string | number) =>
    enumerate([...new Set(runs.map((run) => String(pick(run))))], 4);
  const epochs = each((run) => run.metrics.length);
  const counts =
    runs.length === 1
      ? `1 run (${groups[0]?.label})`
      : `${plural(runs.length, 'run')}: ${enumerate(
          groups.map((group) => group.label),
          6,
        )}, ${seedsText(groups)} each`;
  return `${counts}. ${each((run) => modelLabel(run.config.model))}, width ${each((run) => run.config.width)}, T = ${each((run) => run.config.timeSteps)}, on ${each((run) => run.config.data)} (images: ${each((run) => run.config.limit)}), ${epochs === '1' ? '1 epoch' : `${epochs} epochs`}, batch ${each((run) => run.config.batch)}.`;
}

/** The facts that a reader should know first. */
function story(groups: Group[]): string {
  const open = groups.flatMap((group) =>
    group.runs.flatMap((run) =>
      isUnfinished(run)
        ? [`${group.label}, seed ${run.config.seed} (${run.metrics.length} of ${plural(run.config.epochs, 'epoch')})`]
        : [],
    ),
  );
  const note =
    open.length > 0
      ? `<p class="caution">Not finished yet: ${escapeHtml(enumerate(open, 6))}. What follows is as far as it goes.</p>`
      : '';
  const sentences = summary(groups).map((sentence) => `<p>${escapeHtml(sentence)}</p>`);
  const more = '<p class="more-link"><a href="#conclude">What weakens this, and what it does not say</a></p>';
  return `${note}<div class="story">${sentences.join('\n')}${more}</div>\n`;
}

function sectionsOf(groups: Group[]): Section[] {
  let number = 0;
  const draw = (...figures: (Figure | null)[]) =>
    figures.flatMap((content) => (content ? [figure({ ...content, number: ++number })] : [])).join('\n');
  const recorded = groups.some((group) => group.runs.some((run) => run.metrics.length > 0));
  const first = convParameters(groups)[0];
  const charts: Section[] = recorded
    ? [
        {
          id: 'curves',
          title: 'Accuracy and loss',
          body: draw(testFigure(groups), trainingFigure(groups), stepsFigure(groups)),
        },
        { id: 'balance', title: 'Main head and shortcut heads', body: draw(headsFigure(groups)) },
        { id: 'depth', title: 'Gradients over depth', body: draw(ratioFigure(groups), gradientFigure(groups)) },
        {
          id: 'entries',
          title: 'Gradient histograms, and gradients at the taps',
          body: draw(first === undefined ? null : histogramFigure(groups, first), tapFigure(groups)),
        },
        { id: 'rates', title: 'Firing rates', body: draw(firingFigure(groups)) },
      ].filter(({ body }) => body !== '')
    : [];
  return [
    { id: 'result', title: 'Result', body: `${story(groups)}<div class="wide">${headline(groups)}</div>` },
    ...charts,
    ...networksSection(
      groups.flatMap((group) => group.runs),
      draw,
    ),
    ...classesSection(groups),
    {
      id: 'configuration',
      title: 'Configuration',
      body: `<div class="titled">${configuration(groups)}${resultsTable(groups)}</div>`,
    },
    ...recipesSection(groups),
    { id: 'conclude', title: 'What to conclude, and what not', body: conclusions(groups) },
  ];
}

function classesSection(groups: Group[]): Section[] {
  const body = confusions(groups);
  return body === '' ? [] : [{ id: 'classes', title: 'Classes', body: `<div class="titled">${body}</div>` }];
}

function recipesSection(groups: Group[]): Section[] {
  const body = recipesOf(groups.flatMap((group) => group.runs));
  return body === '' ? [] : [{ id: 'recipe', title: 'Recipe', body: `<div class="titled">${body}</div>` }];
}
