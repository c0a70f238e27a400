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

/** Whether a browser was asked to open the address. */
export async function openBrowser(url: string, env: Environment): Promise<boolean> {
  const command = browserCommand(process.platform, env);
  if (command === null) return false;
  const [program, ...words] = command;
  const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
