/** Prophesee's text header: lines that begin with "% ", up to "% end" or to what is no such line. */
import type { Cursor } from './cursor.js';
import { readLines } from './lines.js';

export interface PercentHeader {
  lines: string[];
  width: number | null;
  height: number | null;
}

export async function readPercentHeader(cursor: Cursor): Promise<PercentHeader> {
  const lines = await readLines(cursor, '% ', (line) => /^% end\s*$/.test(line));
  const text = lines.join('\n');
  const geometry = /^% geometry (\d{1,5})x(\d{1,5})\b/m.exec(text);
  const named = (name: string) =>
    new RegExp(`^% (?:${name} |format [^\n]*;${name}=)(\\d{1,5})\\b`, 'im').exec(text)?.[1];
  const size = (value: string | undefined) => (Number(value) > 0 ? Number(value) : null);
  return { lines, width: size(geometry?.[1] ?? named('width')), height: size(geometry?.[2] ?? named('height')) };
}
