// Puts a counter at the start of every block and branch of a compiled file, so that a fuzzer sees where an input went.
import { parse } from 'acorn';

/**
 * `source` with counters; its strings, as words an input may need, go along. `key` names the file. Modules in `replaced`
 * are imported from elsewhere.
 */
export function instrument(source, key, replaced = {}) {
  const program = parse(source, { ecmaVersion: 'latest', sourceType: 'module' });
  const insertions = [];
  const words = new Set();
  let counters = 0;
  const insert = (at, text) => insertions.push({ at, text });
  const count = () => `__blocks[${counters++}]++`;

  /** An expression that is not always evaluated. */
  function branch(node) {
    insert(node.start, `(${count()},`);
    visit(node);
    insert(node.end, ')');
  }

  /** A statement that is not always executed; a block of braces counts when it is visited. */
  function guarded(node) {
    if (node.type === 'BlockStatement') return visit(node);
    insert(node.start, `{${count()};`);
    visit(node);
    return insert(node.end, '}');
  }

  const visitors = {
    BlockStatement(node) {
      insert(node.start + 1, `${count()};`);
      node.body.forEach(visit);
    },
    ArrowFunctionExpression(node) {
      node.params.forEach(visit);
      if (node.expression) branch(node.body);
      else visit(node.body);
    },
    IfStatement(node) {
      visit(node.test);
      guarded(node.consequent);
      if (node.alternate) guarded(node.alternate);
      else insert(node.consequent.end, `else{${count()};}`);
    },
    ConditionalExpression(node) {
      visit(node.test);
      branch(node.consequent);
      branch(node.alternate);
    },
    LogicalExpression(node) {
      visit(node.left);
      branch(node.right);
    },
    SwitchCase(node) {
      if (node.test) visit(node.test);
      if (node.consequent[0]) insert(node.consequent[0].start, `${count()};`);
      node.consequent.forEach(visit);
    },
    ImportDeclaration({ source: { value, start, end } }) {
      if (Object.hasOwn(replaced, value))
        insertions.push({ at: start, to: end, text: JSON.stringify(replaced[value]) });
    },
    ExportAllDeclaration() {},
    Literal({ value }) {
      if (typeof value === 'string' && value.length > 1 && value.length <= 40) words.add(value);
    },
  };
  for (const type of ['ForStatement', 'ForInStatement', 'ForOfStatement', 'WhileStatement', 'DoWhileStatement']) {
    visitors[type] = (node) => {
      for (const part of ['init', 'left', 'right', 'test', 'update']) if (node[part]) visit(node[part]);
      guarded(node.body);
    };
  }

  function visit(node) {
    const visitor = visitors[node.type];
    if (visitor) return visitor(node);
    for (const child of Object.values(node)) {
      if (Array.isArray(child)) for (const one of child) one?.type && visit(one);
      else if (child?.type) visit(child);
    }
  }

  visit(program);
  const head = `const __blocks=globalThis.__fuzzCounters(${JSON.stringify(key)},${counters},${JSON.stringify([...words])});`;
  return head + applied(source, insertions);
}

/** Insertions at the same place stand in the order in which they were made. */
function applied(source, insertions) {
  const sorted = insertions.map((one, order) => ({ ...one, order })).sort((a, b) => a.at - b.at || a.order - b.order);
  const parts = [];
  let from = 0;
  for (const { at, to = at, text } of sorted) {
    parts.push(source.slice(from, at), text);
    from = to;
  }
  parts.push(source.slice(from));
  return parts.join('');
}
