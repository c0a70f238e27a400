import { build } from 'esbuild';
import { copyPackageFiles, copyPage } from './copies.js';

const folder = 'dist/esbuild';
copyPage(folder);
copyPackageFiles(folder);

await build({
  entryPoints: {
    main: 'mainWithCopies.js',
    'engine-worker': 'kestirme/worker',
    'data-worker': '@kestirme/datasets/worker',
  },
  outdir: folder,
  bundle: true,
  format: 'esm',
  minify: true,
});
