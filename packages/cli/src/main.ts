/** The program's entry: bin/kestirme.mjs imports this. */
import { runProgram } from './app.js';
import { messageOf } from './errors.js';
import { outliveStreams, outliveTerminals } from './terminal/brokenStreams.js';
import { processTerminal } from './terminal/terminal.js';

const outputLoss = outliveStreams(process);
outliveTerminals();
const terminal = processTerminal();
// Commands that a signal ends with a checkpoint have more to say about it.
if (terminal.ignoresHangup) process.on('SIGHUP', () => {});

const code = await runProgram(process.argv.slice(2), terminal);
const loss = await outputLoss();
if (loss !== null) {
  terminal.error.write(
    `kestirme: standard output could not be written: ${messageOf(loss)}; what a run leaves in its folder is whole\n`,
  );
}
process.exitCode = code === 0 && loss !== null ? 1 : code;
