import { nodeResolve } from '@rollup/plugin-node-resolve';
import replace from '@rollup/plugin-replace';
import { copyPackageFiles, copyPage } from './copies.js';

const folder = 'dist/rollup';
copyPage(folder);
copyPackageFiles(folder);

export default {
  input: {
    main: 'mainWithCopies.js',
    'engine-worker': 'kestirme/worker',
    'data-worker': '@kestirme/datasets/worker',
  },
  output: { dir: folder },
  plugins: [
    nodeResolve({ browser: true }),
    // ECharts, which draws the charts, asks for it.
    replace({ preventAssignment: true, 'process.env.NODE_ENV': '"production"' }),
  ],
};
