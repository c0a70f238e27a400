/** Drawings for pages, which need a document. */
export { Chart, type ChartOption, tooltip, valueAxis } from './chart.js';
export { type Curve, CurvesChart, type CurvesOptions } from './curves.js';
export { HeatMap, type HeatMapData, type HeatMapOptions } from './heatMap.js';
export { lineKey } from './lineKey.js';
