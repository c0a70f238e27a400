/** Opening an address in the browser of whoever sits here. */
import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/** The command that opens an address; null where there is no screen for a browser. */
export function browserCommand(platform: NodeJS.Platform, env: Environment): [string, ...string[]] | null {
  if (env.CI) return null;
  if (platform === 'darwin') return ['open'];
  // A shell would read the address; this takes it as it is.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : null;
}

/** A command that runs for longer has a browser, and waits for its end. */
const PATIENCE = 3000;

/** Whether a browser was found to open the address; resolves after some seconds at most. */
export async function openBrowser(url: string, env: Environment): Promise<boolean> {
  const command = browserCommand(process.platform, env);
  if (command === null) return false;
  const [program, ...words] = command;
  const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true, env: { ...env } });
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), PATIENCE);
    timer.unref();
    const end = (isOpen: boolean) => {
      clearTimeout(timer);
      resolve(isOpen);
    };
    child.once('error', () => end(false));
    // xdg-open is there on machines without a browser, and says so by its code.
    child.once('exit', (code) => end(code === 0));
    child.unref();
  });
}
