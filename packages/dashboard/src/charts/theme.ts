/** Light or dark, as the screen is; paper is light. */
import { dark, light, type PaletteEntry, type Theme } from './palette.js';

const darkScreen = () => matchMedia('(prefers-color-scheme: dark)');
const paper = () => matchMedia('print');

export function isDark(): boolean {
  return darkScreen().matches && !paper().matches;
}

export function theme(): Theme {
  return isDark() ? dark : light;
}

/** Calls `change` when it becomes another; gives the function that ends it. */
export function onTheme(change: () => void): () => void {
  const queries = [darkScreen(), paper()];
  for (const query of queries) query.addEventListener('change', change);
  return () => {
    for (const query of queries) query.removeEventListener('change', change);
  };
}

/** A series' colour on the screen as it is. */
export function colourOf({ color, dark: onDark }: PaletteEntry): string {
  return isDark() ? onDark : color;
}
