/** The promise's own end, or a rejection with a signal's reason when that comes first; nobody waits for it then. */
export function interruptible<T>(promise: Promise<T>, ...signals: (AbortSignal | undefined)[]): Promise<T> {
  const given = signals.filter((signal) => signal !== undefined);
  if (given.length === 0) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(given.find((signal) => signal.aborted)?.reason);
    if (given.some((signal) => signal.aborted)) stop();
    for (const signal of given) signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => {
      for (const signal of given) signal.removeEventListener('abort', stop);
    });
  });
}
