import { serveFills } from './serveFills.js';

serveFills();
