// A program in a pseudo-terminal, driven as a person would. Node has none of its own, and the packages that bring one are
// compiled when they are installed; Python comes with one, and is found wherever there are pseudo-terminals.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, ScriptError, which, windows } from './process.mjs';

/** A guard against hanging only. */
const patienceSeconds = 300;
const pollMilliseconds = 20;

/** Why there are no pseudo-terminals here; undefined where there are. */
export function whyNoPseudoTerminal() {
  if (windows) return 'Windows has no pseudo-terminals of this kind';
  return which('python3') === undefined ? 'there is no python3 to make a pseudo-terminal' : undefined;
}

/** Resolves once `happened` does. `what` names it, should it not. */
export async function until(what, happened) {
  const deadline = performance.now() + 1000 * patienceSeconds;
  while (!happened()) {
    if (performance.now() > deadline) throw new ScriptError(`waited ${patienceSeconds} s in vain for ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}

export class PseudoTerminal {
  /** All that was shown so far. */
  screen = '';
  /** Of the command, 128 + N when signal N ended it; undefined while it runs. */
  code;
  #helper;

  constructor(command, env) {
    const args = [join(root, 'scripts', 'pseudo-terminal.py'), ...command];
    // Whatever started this script, nohup for one, has not started the command.
    const { _, ...own } = process.env;
    const whole = { ...own, TERM: 'xterm', NO_COLOR: '1', HISTFILE: '/dev/null', ...env };
    this.#helper = spawn('python3', args, { cwd: root, env: whole, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#helper.stdout.setEncoding('utf8').on('data', (text) => {
      this.screen += text;
    });
    // Keys for a command that has ended.
    this.#helper.stdin.on('error', () => {});
    this.#helper.on('error', (error) => {
      this.screen += error.message;
      this.code = 127;
    });
    this.#helper.on('close', (code) => {
      this.code ??= code ?? 137;
    });
  }

  press(keys) {
    this.#helper.stdin.write(keys);
  }

  /** As closing the window. */
  close() {
    this.#helper.stdin.end();
  }

  /** Until `happened`, which the command is expected to bring about. */
  async until(what, happened) {
    const words = () => `${what}; on the screen:\n${this.screen.trim()}`;
    await until(words, () => happened() || this.code !== undefined);
    if (!happened()) throw new ScriptError(`the command ended without ${words()}`);
  }

  /** Gives the exit code. */
  async ended() {
    await this.until('an end', () => this.code !== undefined);
    return this.code;
  }

  /** Should something have gone wrong: the kernel then hangs up, as when it is closed. */
  destroy() {
    this.#helper.kill('SIGKILL');
  }
}
