import { contender } from './contender.mjs';
import { createRayonEngine } from './rayonEngine.mjs';

globalThis.kestirmePage = { rayon: contender(createRayonEngine) };
