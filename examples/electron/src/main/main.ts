/** Where Electron begins. */
import * as electron from 'electron/main';
import { startApplication } from './application.js';

startApplication(electron);
