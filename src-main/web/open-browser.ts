import { spawn } from 'node:child_process';

/** Opens the address in the person's browser when there is one. Never fails: the address was printed as well. */
export function openBrowser(
  url: string,
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): void {
  const command = browserCommand(url, platform, env);
  if (command === undefined) return;
  const child = spawn(command.program, command.arguments, { stdio: 'ignore', detached: true });
  // No program to open addresses with: the person opens the printed one.
  child.on('error', () => undefined);
  child.unref();
}

/** The command that opens an address, or undefined where there is no display to show a browser on. */
export function browserCommand(
  url: string,
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): { readonly program: string; readonly arguments: readonly string[] } | undefined {
  if (platform === 'darwin') return { program: 'open', arguments: [url] };
  if (platform === 'win32') {
    return { program: 'rundll32', arguments: ['url.dll,FileProtocolHandler', url] };
  }
  const hasDisplay = Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
  return hasDisplay ? { program: 'xdg-open', arguments: [url] } : undefined;
}
