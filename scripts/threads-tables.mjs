// What `npm run compare:threads` found, as tables, and what of it must not be.

const widest = 110;

/** Short enough for a table: hashes by their first digits, messages by their beginning. */
function short(text) {
  const bare = text.replace('page.evaluate: ', '').replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1');
  return bare.length > widest ? `${bare.slice(0, widest)} ...` : bare;
}

/** Markdown with a row for each fact; `facts`: by contender, pairs of a name and a text. */
export function factsTable({ ours, rayon }) {
  const names = [...new Set([...ours, ...rayon].map(([name]) => name))];
  const cell = (facts, name) => short(facts.find(([found]) => found === name)?.[1] ?? '-');
  const rows = names.map((name) => [name, cell(ours, name), cell(rayon, name)]);
  const head = [
    ['in Chromium', 'our own pool', 'wasm-bindgen-rayon'],
    ['---', '---', '---'],
  ];
  return [...head, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** What an engine on our own pool promises, by the beginnings of facts' names. */
const promises = [
  ['close, then another', /succeeds/],
  ["a pool worker's script", /could not be loaded/],
  ['all pool workers trap', /a thread of the engine failed/],
  ['a trap in a pool worker', /a thread of the engine failed/],
  ['workers left', /^0$/],
  ['as vite', /^runs$/],
  ['as webpack', /^runs$/],
];

/** One sentence for each promise broken, and for bits that are not the same. */
export function problemsOf({ ours, rayon }) {
  const of = (facts, beginning) => facts.filter(([name]) => name.startsWith(beginning)).map(([, said]) => said);
  const digests = ['same bits', 'another engine'].flatMap((name) => [...of(ours, name), ...of(rayon, name)]);
  const areSame =
    digests.length > 0 && digests.every((digest) => /^[0-9a-f]{64}$/.test(digest) && digest === digests[0]);
  const problems = areSame ? [] : [`The bits are not the same: ${digests.map(short).join(', ')}.`];
  for (const [beginning, wanted] of promises) {
    const found = of(ours, beginning);
    if (found.length === 0) problems.push(`Our own pool: ${beginning}: not looked at.`);
    for (const said of found) if (!wanted.test(said)) problems.push(`Our own pool: ${beginning}: ${short(said)}.`);
  }
  return problems;
}
