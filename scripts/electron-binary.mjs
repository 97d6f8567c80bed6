import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The path of Electron's binary, or undefined when it is not installed. It looks at the package's files: since
 * Electron 42 `require('electron')` would start a download.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string | undefined}
 */
export function electronBinary(environment = process.env) {
  const folder = electronFolder();
  if (folder === undefined) return undefined;
  const nameFile = join(folder, 'path.txt');
  if (!existsSync(nameFile)) return undefined;
  const name = readFileSync(nameFile, 'utf8').trim();
  const binary = join(environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), name);
  return existsSync(binary) ? binary : undefined;
}

/**
 * The folder of the `electron` package, or undefined in an installation without development dependencies.
 *
 * @returns {string | undefined}
 */
export function electronFolder() {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') {
      return undefined;
    }
    throw error;
  }
}

/**
 * Whether a window can be shown: always on macOS and Windows, elsewhere only with a display server.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function hasDisplay(environment = process.env) {
  if (process.platform !== 'linux') return true;
  return Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY']);
}
