// Circles of imports, types included: files that cannot be understood, moved or tested one without the others.
import { posix } from 'node:path';
import { withoutComments } from './source-text.mjs';

/** Import and export declarations, and import() of a literal. A worker's script is started, not imported. */
const declarations = /\b(?:from|import)\s*(['"])([^'"\n]+)\1|\bimport\s*\(\s*(['"])([^'"\n]+)\3/g;

/** The files that `file`, which holds `text`, imports among `files`; `aliases`: files by other names, as '#platform'. */
function importsOf(file, text, files, aliases = {}) {
  const bare = withoutComments(text, { strings: false });
  return [...withoutComments(text).matchAll(declarations)].flatMap((match) => {
    // Within a string, it is text that some program writes.
    if (!/^(?:from|import)/.test(bare.slice(match.index))) return [];
    const specifier = match[2] ?? match[4];
    if (!specifier.startsWith('.')) return (aliases[specifier] ?? []).filter((one) => files.has(one));
    const path = posix.join(posix.dirname(file), specifier);
    const sources = [path, path.replace(/\.js$/, '.ts'), path.replace(/\.js$/, '.tsx')];
    return sources.filter((one) => files.has(one)).slice(0, 1);
  });
}

/** The circles among `files`, a sentence each; `read` gives a file's text. */
export function checkCircles(files, read, aliases) {
  const all = new Set(files);
  const graph = new Map(files.map((file) => [file, importsOf(file, read(file), all, aliases)]));
  return circlesIn(graph).map((way) => {
    const [first, ...rest] = way;
    return `${first}: imports go in a circle, ${rest.join(' -> ')}. Move what both ends need to a file of its own.`;
  });
}

/** A circle for each knot of files that reach each other, as short as it can be: [a, b, a] for two files. */
function circlesIn(graph) {
  const seen = new Set();
  const circles = [];
  for (const file of [...graph.keys()].sort()) {
    if (seen.has(file)) continue;
    const circle = shortestWayBack(graph, file);
    if (circle === null) continue;
    circles.push(circle);
    // Those that are in a circle with this one.
    const ahead = reachable(graph, file);
    for (const other of ahead) if (reachable(graph, other).has(file)) seen.add(other);
  }
  return circles;
}

function reachable(graph, from) {
  const found = new Set();
  const open = [from];
  while (open.length > 0) {
    for (const next of graph.get(open.pop()) ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(next);
    }
  }
  return found;
}

/** The files from `file` to itself; null when nothing that it imports leads back. */
function shortestWayBack(graph, file) {
  const before = new Map();
  let level = [file];
  while (level.length > 0) {
    const nextLevel = [];
    for (const one of level) {
      for (const next of graph.get(one) ?? []) {
        if (before.has(next)) continue;
        before.set(next, one);
        if (next === file) return wayTo(before, file);
        nextLevel.push(next);
      }
    }
    level = nextLevel;
  }
  return null;
}

function wayTo(before, file) {
  const way = [file];
  for (let one = before.get(file); one !== file; one = before.get(one)) way.unshift(one);
  return [file, ...way];
}
