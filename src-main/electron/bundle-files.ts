import { readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export interface BundleFile {
  readonly path: string;
  readonly contentType: string;
}

/**
 * All files of the page's bundle by their URL path. A request is looked up here and never joined to a folder, so no
 * spelling of `..` can leave the bundle.
 */
export async function listBundleFiles(folder: string): Promise<ReadonlyMap<string, BundleFile>> {
  const files = new Map<string, BundleFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const contentType = contentTypes[extname(entry.name)];
    if (!entry.isFile() || contentType === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(`/${relative(folder, path).split(sep).join('/')}`, { path, contentType });
  }
  return files;
}
