import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this person's applications keep data on this system; the studio's own folder in it. */
export function defaultDataFolder(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const home = homedir();
  if (platform === 'win32') {
    return join(env['APPDATA'] || join(home, 'AppData', 'Roaming'), 'Aurora Studio');
  }
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Aurora Studio');
  return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'aurora-studio');
}
