/** The style sheet. Charts carry the light colours as attributes; the style sheet replaces them on a dark screen. */
import { dark, light, PALETTE, paletteEntry, type SeriesStyle } from '@kestirme/dashboard/charts';

export type { Marker, SeriesStyle } from '@kestirme/dashboard/charts';

export const INK = light.ink;
export const AXIS = light.axis;
export const GRID = light.grid;
export const ZONE = light.zone;
export const PAPER = light.paper;

/** 0 vanilla, 1 shortcut, 2 evolution, then further groups; repeats after seven. */
export function styleOf(index: number): SeriesStyle {
  const { color, dash, marker } = paletteEntry(index);
  return { color, dash, marker };
}

function repaint(from: string, to: string): string {
  return `.chart [stroke="${from}"],.key [stroke="${from}"]{stroke:${to}} .chart [fill="${from}"],.key [fill="${from}"]{fill:${to}}`;
}

const DARK_CHARTS = [
  ...PALETTE.filter((one) => one.color !== one.dark).map((one) => repaint(one.color, one.dark)),
  ...(Object.keys(light) as (keyof typeof light)[]).map((part) => repaint(light[part], dark[part])),
].join('\n  ');

export const STYLE_SHEET = `
:root { color-scheme: light dark; --ink: #1d1d1d; --soft: #595959; --paper: #ffffff; --line: #d4d4d4; --faint: #f5f5f2;
  --accent: #005a8c; --warn: #fff4e0; --warn-line: #b36b00; --shade: rgb(0 0 0 / .28); }
* { box-sizing: border-box; }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 66rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; z-index: 1; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 3rem 0 .75rem; padding-top: .75rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.05rem; margin: 0 0 .5rem; }
p, ul { max-width: 46rem; }
li { margin: .35rem 0; }
.facts { color: var(--soft); margin: 0 0 1rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 0; padding: 0; max-width: none; font-size: .92rem; }
nav li { margin: 0; }
figure { margin: 1.5rem 0 2.5rem; }
figcaption { margin-top: .5rem; max-width: 46rem; font-size: .92rem; color: var(--soft); }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 27.2rem), 1fr)); gap: .75rem 1.5rem; }
.panels.single { grid-template-columns: minmax(0, 31rem); }
.panel-title { font-size: .92rem; margin: .25rem 0 0; font-weight: 600; }
.chart { display: block; width: 100%; min-width: 434px; height: auto; touch-action: pan-x pan-y; }
.panel .scroll { margin: 0; }
.chart text { font-family: inherit; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 0 0 .25rem; padding: 0; max-width: none; font-size: .92rem; }
.legend li { display: flex; align-items: center; gap: .45rem; margin: 0; }
.legend button { display: flex; align-items: center; gap: .45rem; font: inherit; color: inherit; background: none; border: 0; padding: 0;
  cursor: pointer; border-radius: 3px; }
.legend [aria-pressed="false"] { opacity: .7; text-decoration: line-through; }
.key { flex: none; width: 44px; height: 14px; }
.scale-title { font-size: .92rem; margin: .25rem 0; }
.scale { display: flex; flex-wrap: wrap; list-style: none; margin: 0 0 .5rem; padding: 0; max-width: none; font-size: .8rem; }
.scale li { margin: 0; text-align: center; }
.swatch { display: block; width: 34px; height: 14px; }
.tools { float: right; margin-top: -2rem; display: flex; gap: .4rem; }
.tools button { font: inherit; font-size: .8rem; padding: .1rem .55rem; border: 1px solid var(--line); border-radius: 3px;
  background: var(--faint); color: var(--ink); cursor: pointer; }
figure > h3 { padding-right: 7rem; }
.tip { position: fixed; z-index: 2; max-width: min(24rem, calc(100vw - 1rem)); padding: .35rem .6rem; white-space: pre-line; pointer-events: none;
  font-size: .85rem; line-height: 1.35; background: var(--paper); color: var(--ink); border: 1px solid var(--soft); border-radius: 3px;
  box-shadow: 0 2px 8px var(--shade); }
.story { border-left: 4px solid var(--accent); padding: .1rem 0 .1rem 1rem; margin: 0 0 1.5rem; font-size: 1.08rem; }
.story p { margin: .5rem 0; max-width: 52rem; }
.story .more-link { font-size: .92rem; }
.note { font-size: .88rem; margin: .35rem 0; max-width: none; }
details { margin-top: .6rem; font-size: .92rem; }
summary { cursor: pointer; color: var(--accent); width: fit-content; }
/* Shows that it scrolls: a shadow at each end that hides something, and a bar that stays. */
.scroll { overflow-x: auto; margin: .75rem 0; scrollbar-width: thin; scrollbar-color: var(--soft) transparent;
  background: linear-gradient(to right, var(--paper) 30%, transparent) left / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--paper) 30%, transparent) right / 2.5rem 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) left / .8rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) right / .8rem 100% no-repeat scroll; }
table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; min-width: 60%; }
.wide table { width: 100%; }
caption span { display: block; position: sticky; left: 0; width: fit-content; max-width: min(100%, calc(100vw - 2.5rem)); }
caption { text-align: left; font-size: .88rem; color: var(--soft); padding-bottom: .35rem; }
.titled caption { font-size: 1.05rem; font-weight: 700; color: var(--ink); }
.titled .scroll, .titled h3 { margin-top: 1.5rem; }
th, td { padding: .28rem .6rem; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
thead th { vertical-align: bottom; border-bottom: 2px solid var(--ink); }
th[scope="row"], td.text { overflow-wrap: anywhere; }
th[scope="row"], .text { text-align: left; }
th[scope="row"] { font-weight: 500; min-width: 7rem; max-width: 22rem; position: sticky; left: 0; background: var(--paper); }
td { white-space: nowrap; }
td.text { white-space: normal; min-width: 9rem; }
.wide td.text { white-space: nowrap; min-width: 0; }
.wide th[scope="row"] { min-width: 10rem; }
figure th[scope="row"]:has(code) { min-width: 14rem; }
td .range { display: block; color: var(--soft); font-size: .92em; white-space: nowrap; }
tbody + tbody tr:first-child > * { border-top: 2px solid var(--line); }
tr.lead > * { font-weight: 650; background: var(--faint); }
tr.lead .range { font-weight: 400; }
tr.lead .key, th .key { vertical-align: middle; margin-right: .4rem; }
code { font-family: ui-monospace, "SF Mono", Consolas, "Liberation Mono", monospace; font-size: .92em; }
.caution { background: var(--warn); border-left: 4px solid var(--warn-line); padding: .4rem 1rem; max-width: 48rem; }
.caution h3 { margin-top: .4rem; }
.text-part h3 { margin-top: 1.6rem; }
.text-part .caution h3 { margin-top: .4rem; }
.options { columns: 3 15rem; column-gap: 2rem; margin: .5rem 0 1.5rem; font-size: .88rem; }
.options div { display: flex; justify-content: space-between; gap: 1rem; border-bottom: 1px solid var(--line); padding: .2rem 0; break-inside: avoid; }
.options dd { margin: 0; text-align: right; }
footer { margin-top: 3rem; padding-top: .75rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .88rem; }
@media (max-width: 46rem) {
  body { padding: 1rem .9rem 3rem; }
  h1 { font-size: 1.5rem; }
  .wide th[scope="row"], figure th[scope="row"]:has(code) { min-width: 7rem; }
  tr.lead th .key { display: block; }
  .panels.single { grid-template-columns: minmax(0, 1fr); }
  .tools { float: none; margin: 0 0 .5rem; }
  figure > h3 { padding-right: 0; }
}
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e6; --soft: #a9abae; --paper: #17191c; --line: #3c4045; --faint: #212429; --accent: #7cc4f0;
    --warn: #2e2615; --warn-line: #e69f00; --shade: rgb(0 0 0 / .75); }
  ${DARK_CHARTS}
}
@media print {
  @page { size: A4; margin: 13mm; }
  :root { color-scheme: light; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; }
  nav, .skip, figure details, .tools, .tip, .more-link { display: none; }
  h2 { margin-top: 1.4rem; }
  h2, h3, .panel-title { break-after: avoid; }
  p, ul, figcaption, .caution { max-width: 56rem; }
  .panel, tr, li { break-inside: avoid; }
  figure { break-inside: avoid; margin: .8rem 0 1.2rem; }
  .panels { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .scroll { overflow: visible; background: none; }
  .chart { min-width: 0; }
  .stack { break-inside: avoid; }
  th, td { padding: .15rem .4rem; }
  caption span, th[scope="row"] { position: static; max-width: none; }
  thead { display: table-header-group; }
}
`;
