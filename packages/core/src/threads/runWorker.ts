/**
 * Runs a worker's program. Its failure becomes an uncaught error, which the thread that started the worker hears of on
 * every host; of a rejected promise it would not in a page.
 */
export function runWorker(program: () => Promise<void>): void {
  program().catch((error: unknown) => {
    queueMicrotask(() => {
      throw error;
    });
  });
}
