/** What the report and pages share in drawing. */
export {
  dark,
  light,
  type Marker,
  PALETTE,
  type PaletteEntry,
  paletteEntry,
  RISING,
  RISING_DARK,
  type SeriesStyle,
  type Theme,
} from './palette.js';
export { bytes, duration, enumerate, fixed, isNumber, MISSING, number, percent, plural, power } from './format.js';
