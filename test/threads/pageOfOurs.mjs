import { createEngine } from 'kestirme';
import { contender } from './contender.mjs';

globalThis.kestirmePage = { ours: contender(createEngine) };
