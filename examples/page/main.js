// For bundlers that take along whatever the packages look for while they run: Vite and webpack.
import { showPage } from './page.js';

showPage();
