/** The program's entry: bin/kestirme.mjs imports this. */
import { runProgram } from './app.js';
import { processTerminal } from './terminal/terminal.js';

// A reader that has seen enough (`kestirme inspect resnet34 | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), processTerminal());
