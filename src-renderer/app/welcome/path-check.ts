/** What is wrong with a typed path before the host is asked; `undefined` when nothing is. */
export function pathProblem(path: string, platform: string): string | undefined {
  const trimmed = path.trim();
  if (trimmed === '') return 'Enter the path of a database folder.';
  const isWindows = platform === 'win32';
  const isAbsolute = isWindows ? /^([a-z]:[\\/]|\\\\)/i.test(trimmed) : trimmed.startsWith('/');
  if (isAbsolute) return undefined;
  const example = isWindows ? 'C:\\data\\my.db' : '/home/me/my.db';
  return `Enter the whole path, such as ${example}.`;
}

/** A path to propose for a new database in a folder. */
export function proposedPath(homeFolder: string): string {
  const separator = homeFolder.includes('\\') ? '\\' : '/';
  return `${homeFolder.replace(/[\\/]+$/, '')}${separator}my.db`;
}
