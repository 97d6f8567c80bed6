import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The path of Electron's program, or `undefined` when it is not installed. Only files are looked at: since Electron
 * 42, requiring the package starts a download.
 */
export function findElectronBinary(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const folder = electronFolder();
  if (folder === undefined) return undefined;
  const pathFile = join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron';
  const override = environment['ELECTRON_OVERRIDE_DIST_PATH'];
  const program = join(override ?? join(folder, 'dist'), name);
  return existsSync(program) ? program : undefined;
}

function electronFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
    if (isAbsent) return undefined;
    throw error;
  }
}
