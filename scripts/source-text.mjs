// Reading source files for the checks: which files there are, and their text without comments or strings.
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const skipped = new Set(['node_modules', 'dist', 'target', 'pkg', '.git']);

/** All files below `folder`, as paths relative to `root` with forward slashes; nothing where there is no folder. */
export function filesBelow(root, folder) {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries.flatMap((entry) => {
    const path = relative(root, join(root, folder, entry.name)).replaceAll('\\', '/');
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : filesBelow(root, path);
    return entry.isFile() ? [path] : [];
  });
}

const blank = (text) => text.replace(/[^\n]/g, ' ');

/** Rust text with comments blanked; line numbers stay. */
export function withoutRustComments(text) {
  return text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, blank);
}

// What can stand before a slash that begins a regular expression rather than a division.
const beforeRegex = /(^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of))\s*$/;

/**
 * TypeScript text with comments blanked, and with `strings: false` the contents of strings, too; line numbers stay.
 * Code inside `${...}` of a template is kept. Not a parser: made for finding words, not for transforming.
 */
export function withoutComments(text, { strings = true } = {}) {
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`|[{}]|\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//g;
  // One entry per open template substitution: the braces open inside it.
  const substitutions = [];
  let out = '';
  let at = 0;
  const keepTo = (end) => {
    out += text.slice(at, end);
    at = end;
  };
  const dropTo = (end) => {
    out += blank(text.slice(at, end));
    at = end;
  };
  const template = () => {
    const end = /(?:\\[\s\S]|\$(?!\{)|[^\\`$])*(`|\$\{|$)/y;
    end.lastIndex = at;
    const stop = end.exec(text)?.[1] ?? '';
    if (strings) keepTo(end.lastIndex);
    else dropTo(end.lastIndex);
    if (stop === '${') substitutions.push(0);
  };
  while (at < text.length) {
    token.lastIndex = at;
    const found = token.exec(text);
    if (found === null) break;
    const [word] = found;
    keepTo(found.index);
    const end = found.index + word.length;
    if (word.startsWith('//') || word.startsWith('/*')) dropTo(end);
    else if (word[0] === '/') {
      if (!beforeRegex.test(out.slice(-40))) keepTo(at + 1);
      else if (strings) keepTo(end);
      else dropTo(end);
    } else if (word === '`') {
      keepTo(end);
      template();
    } else if (word === '{') {
      if (substitutions.length > 0) substitutions[substitutions.length - 1] += 1;
      keepTo(end);
    } else if (word === '}') {
      keepTo(end);
      if (substitutions.at(-1) === 0) {
        substitutions.pop();
        template();
      } else if (substitutions.length > 0) substitutions[substitutions.length - 1] -= 1;
    } else if (strings) keepTo(end);
    else dropTo(end);
  }
  keepTo(text.length);
  return out;
}

/** Line number, from 1, of a place in a text. */
export function lineOf(text, index) {
  return text.slice(0, index).split('\n').length;
}
