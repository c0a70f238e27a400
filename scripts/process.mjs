// Running other programs: output passed through, failures told in one sentence.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const windows = process.platform === 'win32';

/** An error whose message is all the user needs; scripts print it without a stack. */
export class ScriptError extends Error {}

/** Runs `main` and turns a failure into a message and exit code 1. */
export async function runScript(main) {
  try {
    const code = await main();
    if (typeof code === 'number') process.exitCode = code;
  } catch (error) {
    console.error(error instanceof ScriptError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}

/** Whether this file is the program node was asked to run, rather than an import of it. */
export function isMain(metaUrl) {
  return process.argv[1] !== undefined && fileURLToPath(metaUrl) === realpathSync(process.argv[1]);
}

/** The full path of a program on PATH, or undefined. */
export function which(name, path = process.env.PATH ?? '') {
  const endings = windows ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of path.split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (folder !== '' && existsSync(file)) return file;
    }
  }
  return undefined;
}

/** Standard output of a short command, trimmed; undefined when it cannot run or fails. */
export function output(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', timeout: 20_000, ...options });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/**
 * Runs a command, passes its output on while it runs and also returns it.
 * `quiet` keeps the output back, `timeout` (milliseconds) ends the command.
 * @returns {Promise<{code: number, text: string, timedOut: boolean}>} code is 127 when the command is not there.
 */
export function run(command, args, { quiet = false, timeout = 0, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let text = '';
    let timedOut = false;
    const timer =
      timeout > 0
        ? setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
            // Its own children may hold the pipes open; 'close' would wait for them.
            child.stdout?.destroy();
            child.stderr?.destroy();
          }, timeout)
        : undefined;
    const pass = (stream) => (chunk) => {
      text += chunk;
      if (!quiet) stream.write(chunk);
    };
    child.stdout?.setEncoding('utf8').on('data', pass(process.stdout));
    child.stderr?.setEncoding('utf8').on('data', pass(process.stderr));
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, text: `${text}${error.message}`, timedOut });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, text, timedOut });
    });
  });
}

/** As `run`, but a failure is a ScriptError that says which command failed. */
export async function mustRun(command, args, options = {}) {
  const result = await run(command, args, options);
  if (result.code !== 0) {
    const shown = options.quiet === true ? `${result.text.trim()}\n` : '';
    throw new ScriptError(`${shown}This command failed (exit code ${result.code}): ${[command, ...args].join(' ')}`);
  }
  return result;
}
