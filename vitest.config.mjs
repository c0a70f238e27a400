// The compiled tests: whatever starts a worker needs the .js file beside it, so tests run from dist.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/dist/**/*.test.js', 'test/dist/**/*.test.js'],
    // Processes, not worker threads: the engine starts workers of its own and shares memory with them.
    pool: 'forks',
    // The same kernels everywhere; tests of native ones say so.
    env: { KESTIRME_BACKEND: 'wasm' },
    // Many tests wait for one another's threads and for the disk: two at a time take two thirds of the time.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 10_000,
  },
});
