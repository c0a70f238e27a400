import { enumerate, number } from '@kestirme/dashboard/charts';
import type { StepRecord } from '../run/stepLog.js';
import { countAxis } from './axes.js';
import { renderPanel } from './charts.js';
import { type Figure, lossAxis, lossMarks, named } from './curves.js';
import type { Group } from './groups.js';
import { rowsTable } from './html.js';
import { legend } from './legend.js';
import type { Line } from './panel.js';
import { plotData } from './plotData.js';

/** Rows of the table beside the drawing, which has hundreds of points. */
const MOST_ROWS = 40;

interface StepLine {
  group: Group;
  /** Steps that all of its runs have. */
  steps: StepRecord[][];
}

/** The training loss within epochs. Null where no run kept its steps. */
export function stepsFigure(groups: Group[]): Figure | null {
  const lines = groups.flatMap((group): StepLine[] => {
    const runs = group.runs.flatMap(({ steps = [] }) => (steps.length > 1 ? [steps] : []));
    return runs.length === 0 ? [] : [{ group, steps: together(runs) }];
  });
  if (lines.length === 0) return null;
  const shown = lines.map(({ group }) => group);
  const drawn = lines.map(({ group, steps }, entry): Line => {
    const points = steps.map((own): [number, number] => [place(own), mean(own)]);
    const band = steps.flatMap((own): [number, number, number][] => {
      const losses = own.map(({ loss }) => loss);
      return own.length < 2 ? [] : [[place(own), Math.min(...losses), Math.max(...losses)]];
    });
    return { style: group.style, entry, points, band, markerSize: 0 };
  });
  const ends = lines.map(({ group, steps }) => `${group.label} ${number(mean(steps.at(-1) ?? []))}`);
  return {
    id: 'steps',
    title: 'Training loss step by step',
    legend: legend(shown),
    panels: [
      renderPanel({
        id: 'step-loss',
        title: 'Training loss',
        description: `Training loss over the steps of the run. At the end: ${enumerate(ends)}.`,
        x: countAxis(
          'Step',
          drawn.flatMap((line) => line.points.map(([x]) => x)),
          0,
        ),
        y: lossAxis('Loss', drawn, shown),
        lines: drawn,
        marks: lossMarks(shown),
        data: plotData({
          x: 'step',
          y: 'training loss',
          format: 'number',
          lines: named(shown, drawn),
          nameOf: (x) => `step ${x}`,
        }),
      }),
    ],
    caption:
      'The loss that is minimised, of all heads as the method combines them. Each point is the mean of equally many steps that ' +
      'steps.jsonl of the run has; of several seeds the line is their mean, and the pale band reaches from the lowest to the highest.',
    data: stepTable(lines),
  };
}

/** By place; as long as the shortest. */
function together(runs: StepRecord[][]): StepRecord[][] {
  const length = Math.min(...runs.map((steps) => steps.length));
  return Array.from({ length }, (_, at) => runs.map((steps) => steps[at] as StepRecord));
}

const mean = (own: StepRecord[]) => own.reduce((sum, { loss }) => sum + loss, 0) / own.length;
/** Steps count from 1 in all that is drawn and written. */
const place = (own: StepRecord[]) => (own[0]?.step ?? 0) + 1;

function stepTable(lines: StepLine[]): string {
  const rows = lines.flatMap(({ group, steps }) => {
    const every = Math.ceil((steps.length * lines.length) / MOST_ROWS);
    const listed = steps.filter((_, at) => at % every === 0 || at === steps.length - 1);
    return listed.map((own) => [group.label, String(place(own)), number(mean(own))]);
  });
  return rowsTable(
    'Training loss. steps.jsonl of each run has all steps that were kept.',
    ['Line', 'Step', 'Loss'],
    rows,
  );
}
