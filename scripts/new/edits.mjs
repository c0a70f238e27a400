// Lines that a registry needs for one more method, put where the formatters want them. Each takes a text and gives another.
import { ScriptError } from '../process.mjs';

const width = 120;

/** Throws in the words of `file` when `text` has no place for a line. */
function found(match, file, what) {
  if (match === null)
    throw new ScriptError(`${file} has no ${what}: has it changed? Then scripts/new has to change, too`);
  return match;
}

/** `line` among the lines that `pattern` matches, which are sorted. */
function insertSorted(text, pattern, line, file, what) {
  const lines = text.split('\n');
  const places = lines.flatMap((one, place) => (pattern.test(one) ? [place] : []));
  found(places.length > 0 ? places : null, file, what);
  const after = places.find((place) => lines[place] > line) ?? places.at(-1) + 1;
  return lines.toSpliced(after, 0, line).join('\n');
}

/** The items of a list, on one line where they fit, else on a line each. */
function list(before, items, after, indent) {
  const oneLine = `${before}${items.join(', ')}${after}`;
  if (oneLine.length <= width) return oneLine;
  return `${before}\n${items.map((item) => `${indent}${item},\n`).join('')}${after}`;
}

/** A list as rustfmt wants it: on the line of its name, else on the next one, else on a line for each item. */
function rustConstant(name, items) {
  const nextLine = `    [${items.join(', ')}];`;
  const isLong = `${name} ${nextLine.trim()}`.length > width;
  return isLong && nextLine.length <= width ? `${name}\n${nextLine}` : list(`${name} [`, items, '];', '    ');
}

const itemsOf = (text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** `mod name;`, as visible as the others, and one more item in `pub const KINDS: [T; N] = [...];`. */
export function inRustList(text, { module, item }, file) {
  const [, visible = ''] = /^(pub )?mod \w+;$/m.exec(text) ?? [];
  const withModule = insertSorted(text, /^(pub )?mod \w+;$/, `${visible}mod ${module};`, file, 'line "mod ...;"');
  const pattern = /^pub const KINDS: \[([^;]+); (\d+)\] =\s+\[([^\]]*)\];$/m;
  const [whole, type, count, items] = found(pattern.exec(withModule), file, 'list KINDS');
  const all = [...itemsOf(items), item];
  if (all.length !== Number(count) + 1) throw new ScriptError(`${file}: KINDS has not the ${count} items that it says`);
  return withModule.replace(whole, () => rustConstant(`pub const KINDS: [${type}; ${all.length}] =`, all));
}

/** `import { name } from './name.js';` and one more item in `export const LIST = [...] as const;`. */
export function inTypeScriptList(text, { list: name, item }, file) {
  const line = `import { ${item} } from './${item}.js';`;
  const places = /^import \{ \w+ \} from '\.\/\w+\.js';$/;
  const withImport = insertByFile(text, places, line, file);
  const pattern = new RegExp(`^export const ${name} = \\[([^\\]]*)\\] as const;$`, 'm');
  const [whole, items] = found(pattern.exec(withImport), file, `list ${name}`);
  const all = [...itemsOf(items), item];
  return withImport.replace(whole, () => list(`export const ${name} = [`, all, '] as const;', '  '));
}

const insertByFile = (text, pattern, line, file) =>
  insertSorted(text, pattern, line, file, 'import of a file beside it');

/** One more line at the end of a Python dictionary `NAME = {`, ... `}`. */
export function inPythonDictionary(text, { dictionary, line }, file) {
  const pattern = new RegExp(`^${dictionary} = \\{\\n[^]*?^\\}$`, 'm');
  const [whole] = found(pattern.exec(text), file, `dictionary ${dictionary}`);
  return text.replace(whole, () => `${whole.slice(0, -1)}${line.trimEnd()}\n}`);
}
