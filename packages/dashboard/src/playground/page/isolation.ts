/** Threads need a page that is cross-origin isolated. Where the host sends no headers for it, a service worker adds them. */

const tried = 'kestirme.isolation';
/** Milliseconds. */
const patience = 4000;

/**
 * Resolves when the page is as isolated as it gets; false: it loads anew to be, and nothing should begin before.
 * Without service workers, in private windows that refuse them, or when they were of no use, it stays as it is.
 */
export async function isolate(): Promise<boolean> {
  if (globalThis.crossOriginIsolated) {
    forget();
    return true;
  }
  try {
    // A page in a sandboxed frame may not even ask for it.
    if (!globalThis.isSecureContext || navigator.serviceWorker === undefined) return true;
    if (sessionStorage.getItem(tried) !== null) return true;
    sessionStorage.setItem(tried, 'yes');
    await navigator.serviceWorker.register('service-worker.js');
    // Of one that cannot be installed nothing more is heard.
    const isReady = await Promise.race([navigator.serviceWorker.ready, after(patience)]);
    if (isReady === undefined) return true;
  } catch {
    return true;
  }
  location.reload();
  return false;
}

function forget(): void {
  try {
    sessionStorage.removeItem(tried);
  } catch {
    // A page that may store nothing has stored nothing.
  }
}

const after = (milliseconds: number) => new Promise<undefined>((resolve) => setTimeout(resolve, milliseconds));
