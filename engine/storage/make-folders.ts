import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are missing; gives the highest that was made, nothing when all were there.
 * Node's own recursive form never returns where the system refuses a folder with `ENOENT`, as Linux does below /proc.
 * @throws Error of the system, with its code
 */
export function makeFolders(path: string): string | undefined {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at);
  for (const each of missing) makeOne(each);
  return missing[0];
}

function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    const isThere = existsSync(path) && statSync(path).isDirectory();
    if (!isThere) throw error;
  }
}
