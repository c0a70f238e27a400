// pnpm's hooks while npm run pack packs: what a published package.json has more than the one in the repository.
import { forPublishing } from './native-packages.mjs';

export const hooks = { beforePacking: forPublishing };
