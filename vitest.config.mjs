// The compiled tests: whatever starts a worker needs the .js file beside it, so tests run from dist.
import { defineConfig } from 'vitest/config';

/**
 * Tests that replace no modules, leave nothing behind and hold little memory take turns in a process. A process for each
 * of these files would cost more time than they do themselves.
 */
const together = [
  'packages/{bench,dashboard,native}/dist/**/*.test.js',
  'packages/cli/dist/{config,diff,options,recipes,report,tensorboard}/**/*.test.js',
  'packages/core/dist/{checkpoint,fields,lambda,loader,metrics,network,optim,penalties,plain,profile,random}/**/*.test.js',
  'packages/datasets/dist/{augment,events,formats,images,loader,own,sets}/**/*.test.js',
];

export default defineConfig({
  test: {
    // Processes, not worker threads: the engine starts workers of its own and shares memory with them.
    pool: 'forks',
    // The same kernels everywhere; tests of native ones say so.
    env: { KESTIRME_BACKEND: 'wasm' },
    // Many tests wait for one another's threads and for the disk: three at a time on two cores take half of the time.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 10_000,
    projects: [
      { extends: true, test: { name: 'together', include: together, isolate: false } },
      {
        extends: true,
        test: { name: 'alone', include: ['packages/*/dist/**/*.test.js', 'test/dist/**/*.test.js'], exclude: together },
      },
    ],
  },
});
