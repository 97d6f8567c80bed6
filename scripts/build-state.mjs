import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run-command.mjs';

const sources = ['engine', 'src-main', 'src-renderer', 'scripts'];
const sourceFiles = ['electron.vite.config.ts', 'package.json', 'package-lock.json'];
const products = [
  'out/main/index.js',
  'out/main/web-host.js',
  'out/preload/preload.cjs',
  'out/renderer/index.html',
  'out/engine/index.js',
  'out/cli/aurora.js',
];

/** Whether `out/` is missing something or older than what it is built from. */
export function isBuildNeeded() {
  const built = Math.min(...products.map((file) => modifiedMs(join(root, file))));
  if (sourceFiles.some((file) => modifiedMs(join(root, file)) > built)) return true;
  return sources.some((folder) => hasNewer(join(root, folder), built));
}

/**
 * @param {string} folder
 * @param {number} builtMs
 * @returns {boolean}
 */
function hasNewer(folder, builtMs) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.(test\.tsx?|md)$/.test(entry.name))
    .some((entry) => modifiedMs(join(entry.parentPath, entry.name)) > builtMs);
}

/**
 * The time of the last change; of a file that is not there, the beginning of time.
 *
 * @param {string} file
 */
function modifiedMs(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
