/** Child processes that end with us: each leads a group of its own, so that what it starts in turn ends too. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

export interface ChildRequest {
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  /** Ended after so long; 0: never. */
  timeoutSeconds?: number;
  /** For each whole line of standard output as it arrives. */
  onLine?: (line: string) => void;
  /** Gets the standard input, which is closed at once without this, and what ends the program. */
  onStart?: (child: { input: Writable; end(): void }) => void;
}

/** A child that did not do its work: `errors` is what it printed on standard error. */
export class ChildError extends Error {
  override readonly name = 'ChildError';
  readonly errors: string;
  constructor(message: string, errors: string, options?: ErrorOptions) {
    super(message, options);
    this.errors = errors;
  }
}

const running = new Set<ChildProcess>();
const groups = process.platform !== 'win32';

function kill(child: ChildProcess): void {
  try {
    if (groups && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It had ended already.
  }
}

/** Ends all children at once, and what they started. */
export function endChildren(): void {
  for (const child of running) kill(child);
  running.clear();
}
process.once('exit', endChildren);

/** Runs a program to its end; resolves with what it printed. Rejects with a ChildError when it fails in any way. */
export function runChild(request: ChildRequest): Promise<string> {
  const { command, args, env, timeoutSeconds = 0, onLine, onStart } = request;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: env ?? process.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: groups,
    });
    running.add(child);
    // Writing to a program that has ended: how it ended is told below.
    child.stdin.on('error', () => {});
    if (onStart === undefined) child.stdin.end();
    let [text, errors, printed] = ['', '', 0];
    let late = false;
    const end = () => {
      late = true;
      kill(child);
    };
    onStart?.({ input: child.stdin, end: () => kill(child) });
    const timer = timeoutSeconds > 0 ? setTimeout(end, timeoutSeconds * 1000) : undefined;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (let at = text.indexOf('\n', printed); at >= 0; at = text.indexOf('\n', printed)) {
        onLine?.(text.slice(printed, at));
        printed = at + 1;
      }
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors += chunk;
    });
    child.on('error', (cause) => {
      clearTimeout(timer);
      running.delete(child);
      reject(new ChildError(`${command} cannot be started (${cause.message})`, '', { cause }));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      running.delete(child);
      // A failed one may have left helpers behind in its group.
      kill(child);
      if (code === 0) resolve(text);
      else if (late) reject(new ChildError(`took longer than ${timeoutSeconds} s`, errors));
      else reject(new ChildError(`ended with ${signal ?? `code ${code}`}: ${reason(errors)}`, errors));
    });
  });
}

/** The last line that names an error, else the last lines: Python tells the reason last, Node before the stack. */
function reason(errors: string): string {
  const lines = errors.trim().split('\n');
  const named = lines.findLast((line) => /^[\w.]*(?:Error|Exception)\b[^:]*: \S/.test(line));
  return named ?? (lines.slice(-8).join('\n') || 'it printed no error');
}
