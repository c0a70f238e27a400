import { resolve } from 'node:path';
import { copyPage } from './copies.js';

const folder = resolve('dist/webpack');
copyPage(folder);

export default {
  mode: 'production',
  entry: './main.js',
  output: { path: folder },
  // Else it warns of every file over 250 kB.
  performance: false,
};
