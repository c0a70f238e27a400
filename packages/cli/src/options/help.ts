import { wrap } from '../terminal/wrap.js';
import { flagName, type OptionTable } from './option.js';
import { flag } from './types.js';

/** The options of a table, group by group, wrapped to `columns`. */
export function optionsHelp(table: OptionTable, columns = 100): string {
  const rows = Object.entries(table).map(([key, one]) => {
    const aliases = one.aliases.map((alias) => `, --${alias}`).join('');
    const name =
      one.type === flag && one.default === true ? `${flagName(key)}, --no-${flagName(key).slice(2)}` : flagName(key);
    const left = `  ${name}${aliases}${one.type.form === '' ? '' : ` ${one.type.form}`}`;
    const fallback =
      one.defaultText ?? (one.default === undefined || one.type === flag ? undefined : String(one.default));
    const right = [
      one.help,
      one.type.range && `(${one.type.range})`,
      fallback !== undefined && `[default: ${fallback}]`,
    ];
    return { group: one.group, left, right: right.filter(Boolean).join(' ') };
  });
  const indent = Math.min(30, Math.max(...rows.map((row) => row.left.length)) + 2);
  const lines: string[] = [];
  for (const group of new Set(rows.map((row) => row.group))) {
    lines.push('', `${group}:`);
    for (const row of rows.filter((one) => one.group === group)) {
      const body = wrap(row.right, Math.max(30, columns - indent));
      if (row.left.length + 2 > indent) lines.push(row.left);
      body.forEach((part, place) => {
        const head = place === 0 && row.left.length + 2 <= indent ? row.left : '';
        lines.push(head.padEnd(indent) + part);
      });
    }
  }
  return lines.join('\n');
}
