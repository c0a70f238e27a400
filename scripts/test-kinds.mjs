// npm run test:kinds: every neuron behind every norm with every surrogate, residual connection and loss, in a small network;
// npm test tries some of these, in which any two methods meet. Then thousands of networks in one instance. Needs npm run
// build; takes some ten minutes.
import { join } from 'node:path';
import { mustRun, root, runScript } from './process.mjs';

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const files = ['models/everyKind', 'neurons/kinds', 'memory/unload'].map(
  (name) => `packages/core/dist/${name}.test.js`,
);

await runScript(async () => {
  await mustRun(process.execPath, [vitest, 'run', ...files], { env: { ...process.env, KESTIRME_EVERY_KIND: '1' } });
});
