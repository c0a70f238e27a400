import { createEngine } from 'kestirme';
import { contender } from './contender.mjs';
import { createRayonEngine } from './rayonEngine.mjs';

globalThis.kestirmePage = { ours: contender(createEngine), rayon: contender(createRayonEngine) };
