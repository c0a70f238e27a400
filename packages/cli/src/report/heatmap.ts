/** A heat map of layers over epochs: first layer at the top, as one reads. */
import type { Axis } from './axes.js';
import { renderPanel } from './charts.js';
import type { ColourScale } from './colourScale.js';
import { epochAxis } from './curves.js';
import { epochsOf, type Group } from './groups.js';
import { layerOf, stageOf } from './layers.js';
import type { Cells, Line, PlotData } from './panel.js';

/** More columns than this would be too narrow to see, and the file would grow with them. */
const MOST_COLUMNS = 40;
const PLOT_HEIGHT = 300;
const [LEAST_ROW, MOST_ROW] = [4, 15];
/** Room above the cells for the bar. */
const HEAD_ROWS = 0.9;
/** Letters beside the plot. */
const LABEL_LETTERS = 7;
const LABEL_HEIGHT = 14;

export interface HeatMap {
  id: string;
  title: string;
  description: string;
  group: Group;
  /** All groups, whose epochs the axis has. */
  groups: Group[];
  names: string[];
  scale: ColourScale;
  meanAt: (name: string, epoch: number) => number | null;
  /** Epochs (from 0) to which the bar above the cells reaches. */
  marked: (epoch: number) => boolean;
  quantity: string;
}

/** Epochs that have a column, and how many epochs a column stands for. */
export function columnsOf(groups: Group[]): { epochs: number[]; every: number } {
  const all = epochsOf(groups);
  const every = Math.ceil(all.length / MOST_COLUMNS);
  return { epochs: all.filter((_, index) => index % every === 0), every };
}

export function renderHeatMap(map: HeatMap): string {
  const { group, groups, names, scale } = map;
  const { epochs, every } = columnsOf(groups);
  const own = new Set(epochsOf([group]));
  const shown = epochs.filter((epoch) => own.has(epoch));
  const last = Math.max(...own) + 1.5;
  const reach = (epoch: number): [number, number] => [epoch + 0.5, Math.min(epoch + 0.5 + every, last)];
  const rects: Cells['rects'][] = scale.levels.map(() => []);
  const series = names.map((name, row): PlotData['series'][number] => {
    const y = names.length - row;
    const values = shown.flatMap((epoch, at): PlotData['series'][number]['values'] => {
      const value = map.meanAt(name, epoch);
      const level = scale.levelOf(value);
      if (level === null || value === null) return [];
      const [left, right] = reach(epoch);
      rects[level]?.push([left, y - 0.5, right, y + 0.5]);
      return [[at, Number(value.toPrecision(4))]];
    });
    return { name: layerOf(name), values };
  });
  const x = epochAxis(groups);
  const rowHeight = Math.min(Math.max(PLOT_HEIGHT / names.length, LEAST_ROW), MOST_ROW);
  const barRows = Math.max(HEAD_ROWS, 10 / rowHeight);
  return renderPanel({
    id: map.id,
    title: map.title,
    description: map.description,
    x: { ...x, min: Math.min(...epochs) + 0.5, max: Math.max(...epochsOf(groups)) + 1.5 },
    y: layerAxis(names, barRows, rowHeight),
    lines: bars(map, shown, reach, names.length + 0.5 + barRows / 2),
    cells: scale.levels
      .map(({ color }, level) => ({ color, rects: rects[level] ?? [] }))
      .filter((one) => one.rects.length > 0),
    data: {
      x: 'epoch',
      y: map.quantity,
      format: 'number',
      at: shown.map((epoch) => [epoch + 0.5 + every / 2, `epoch ${epoch + 1}`]),
      series,
      rows: names.map((_, row) => names.length - row),
    },
    height: Math.round(names.length * rowHeight + barRows * rowHeight + 70),
  });
}

/** Names of stages beside the middle of their rows, where there is room. */
function layerAxis(names: string[], barRows: number, rowHeight: number): Axis {
  const labels = new Map<number, string>();
  const stages = [...new Set(names.map(stageOf))];
  let free = Number.POSITIVE_INFINITY;
  for (const stage of stages) {
    const rows = names.flatMap((name, row) => (stageOf(name) === stage ? [names.length - row] : []));
    const middle = ((rows[0] ?? 0) + (rows.at(-1) ?? 0)) / 2;
    if (middle > free) continue;
    const text = stage.length > LABEL_LETTERS ? `…${stage.slice(1 - LABEL_LETTERS)}` : stage;
    labels.set(middle, text);
    free = middle - LABEL_HEIGHT / rowHeight;
  }
  const max = names.length + 0.5 + barRows;
  return { name: 'Layer', min: 0.5, max, ticks: [...labels.keys()], format: (value) => labels.get(value) ?? '' };
}

/** Bars over the columns in which `marked` holds, one for those that follow each other. */
function bars(
  { group, marked }: HeatMap,
  epochs: number[],
  reach: (epoch: number) => [number, number],
  y: number,
): Line[] {
  const spans: [number, number][] = [];
  for (const [from, to] of epochs.filter(marked).map(reach)) {
    const last = spans.at(-1);
    if (last?.[1] === from) last[1] = to;
    else spans.push([from, to]);
  }
  return spans.map(([from, to]): Line => {
    const points: Line['points'] = [
      [from, y],
      [to, y],
    ];
    return { style: { ...group.style, dash: [] }, points, band: [], markerSize: 0 };
  });
}
