/** Drawings before they are drawn: a panel is one drawing of a figure. */
import type { Axis } from './axes.js';
import type { SeriesStyle } from './style.js';

export type Point = [x: number, y: number];
export type Range = [x: number, low: number, high: number];
/** Coordinates are those of the axes: a logarithmic axis takes logarithms. */
export interface Line {
  style: SeriesStyle;
  /** Place of its entry in the figure's legend, which hides and shows it. */
  entry?: number;
  points: Point[];
  /** [x, lowest, highest] over the seeds; drawn as an area, or as a bar at each point when `joined` is false. */
  band: Range[];
  /** [x, lower end, upper end]: error bars. */
  bars?: Range[];
  /** Replaces the style's dash. */
  dash?: number[];
  /** Paper-coloured inside of the marker. */
  hollow?: boolean;
  joined?: boolean;
  /** 0: no markers; default 7. */
  markerSize?: number;
  /** Paints the area down to the axis. */
  filled?: boolean;
}

/** A stripe of the plot, e.g. a stage of the network. */
export interface Zone {
  from: number;
  to: number;
  label: string;
  shaded: boolean;
}

export interface TextNote {
  x: number;
  /** 0 bottom to 1 top of the plot. */
  height: number;
  text: string;
  color: string;
}

/** A level to compare with, across the whole plot. */
export interface Mark {
  y: number;
  label: string;
}

/** Rectangles of one colour, as [left, bottom, right, top]. */
export interface Cells {
  color: string;
  rects: [number, number, number, number][];
}

/** How values are shown; CSV has them as they are. */
export type ValueFormat = 'percent' | 'number';

export interface PlotSeries {
  name: string;
  /** Entry of the figure's legend. */
  entry?: number | undefined;
  /** Place in `at`, value, and lower and upper end where there is a spread. */
  values: [at: number, value: number, low?: number, high?: number][];
}

export interface PlotData {
  /** Names of the columns of CSV. */
  x: string;
  y: string;
  format: ValueFormat;
  /** Every place along the x axis, with its name. */
  at: [x: number, name: string][];
  series: PlotSeries[];
  /** The y coordinate of each series of a heat map. */
  rows?: number[];
}

export interface Panel {
  id: string;
  title: string;
  /** A description for a reader who cannot see it. */
  description: string;
  x: Axis;
  y: Axis;
  lines: Line[];
  cells?: Cells[];
  marks?: Mark[];
  zones?: Zone[];
  texts?: TextNote[];
  /** The numbers behind the drawing, for tooltips and CSV. */
  data?: PlotData;
  /** Pixels of the drawing, which scales to its column. */
  width?: number;
  height?: number;
}

export const MARGIN = { left: 60, right: 14, top: 26, bottom: 44 };
export const FONT_SIZE = 13;
export const WIDTH = 470;
/** More markers than this on a line would only be a thicker line. */
export const MOST_MARKERS = 24;
