/** Standard streams that break while the program works: the terminal closes, the reader ends, the disk is full. */
import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/** A pipe or connection that nobody reads any more. */
const READER_LEFT: readonly (string | undefined)[] = ['EPIPE', 'ECONNRESET', 'EOF'];

export interface OutputStream {
  readonly isTTY?: boolean;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  write(text: string, then: () => void): unknown;
}

/**
 * From now on no error of a stream ends the process. What is on standard error is dispensable; results, on standard output,
 * are not. Gives a function that waits until standard output has taken all, and tells why it has not, or null. A reader that
 * has seen enough (`kestirme inspect resnet34 | head`) or a terminal that was closed is no error.
 */
export function outliveStreams({
  stdout,
  stderr,
}: {
  stdout: OutputStream;
  stderr: OutputStream;
}): () => Promise<Error | null> {
  let loss: Error | null = null;
  stderr.on('error', () => {});
  stdout.on('error', (error) => {
    const hasLeft = READER_LEFT.includes(error.code) || (error.code === 'EIO' && stdout.isTTY === true);
    if (!hasLeft) loss ??= error;
  });
  return async () => {
    await new Promise<void>((resolve) => stdout.write('', resolve));
    // Errors are told after the write that they belong to.
    await new Promise((resolve) => setImmediate(resolve));
    return loss;
  };
}

/**
 * At its exit Node 20 restores the settings of the terminals that it started with, and aborts when one of them has been
 * closed. This puts /dev/null in the place of such a one.
 */
export function outliveTerminals(): void {
  if (process.platform === 'win32') return;
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.on('exit', () => {
    for (const fd of terminals.filter((one) => !isatty(one))) {
      closeSync(fd);
      // Takes the lowest number that is free: the one just closed.
      openSync('/dev/null', 'r+');
    }
  });
}
