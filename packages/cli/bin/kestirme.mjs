#!/usr/bin/env node
import { keepYoungObjectsFew } from '../dist/memory.js';

keepYoungObjectsFew();
// Only now: what is imported at the top is loaded before anything of it runs.
await import('../dist/main.js');
