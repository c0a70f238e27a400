import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the user's system keeps what programs can make again: the folder 'kestirme' there, unless another is named. */
export function cacheFolder(named: string | undefined): string {
  return named ?? join(systemFolder(process.env, process.platform), 'kestirme');
}

function systemFolder(variables: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === 'win32') return variables.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  return variables.XDG_CACHE_HOME || join(homedir(), '.cache');
}
