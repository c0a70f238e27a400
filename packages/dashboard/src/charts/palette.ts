/**
 * Colours of series and drawings, for the report and for pages. Series have colours near those of Okabe and Ito, moved until
 * they are told apart under each kind of colour blindness and have a contrast of 3 to the paper, which the test beside it
 * computes; each also has a dash pattern and a marker of its own, so that a grey print tells them apart.
 */

export type Marker = 'circle' | 'rect' | 'triangle' | 'diamond' | 'arrow';

export interface SeriesStyle {
  color: string;
  /** Lengths of strokes and gaps; empty: solid. */
  dash: number[];
  marker: Marker;
}

export interface PaletteEntry extends SeriesStyle {
  /** The colour on a dark screen. */
  dark: string;
}

export const PALETTE: readonly PaletteEntry[] = [
  { color: '#D55E00', dark: '#EE7340', dash: [], marker: 'circle' },
  { color: '#0072B2', dark: '#56B4E9', dash: [7, 3], marker: 'rect' },
  { color: '#00A86B', dark: '#3CE6A0', dash: [8, 3, 2, 3], marker: 'triangle' },
  { color: '#CC79A7', dark: '#D4A0B0', dash: [2, 3], marker: 'diamond' },
  { color: '#8A793E', dark: '#E6B009', dash: [12, 4], marker: 'arrow' },
  { color: '#000000', dark: '#F5F5F5', dash: [4, 2], marker: 'circle' },
  { color: '#1B96FF', dark: '#FFE500', dash: [2, 2, 8, 2], marker: 'rect' },
];

/** 0 vanilla, 1 shortcut, 2 evolution, then further groups; repeats after seven. */
export function paletteEntry(index: number): PaletteEntry {
  return PALETTE[index % PALETTE.length] as PaletteEntry;
}

/** Colours of everything that is no series. */
export interface Theme {
  ink: string;
  axis: string;
  grid: string;
  zone: string;
  paper: string;
}

export const light: Theme = { ink: '#2B2B2B', axis: '#767676', grid: '#DEDEDE', zone: '#F1F1EE', paper: '#FFFFFF' };
export const dark: Theme = { ink: '#DADADA', axis: '#8E8E8E', grid: '#36393D', zone: '#202327', paper: '#17191C' };

/** From small to large, told apart by lightness alone, too. */
export const RISING: readonly string[] = ['#F3E79B', '#F0B06B', '#D9726B', '#9A4F85', '#4B2F6B'];
/** On a dark screen, large is light. */
export const RISING_DARK: readonly string[] = ['#2B2140', '#6B3F7D', '#B8586F', '#EDA268', '#F7EDB0'];
