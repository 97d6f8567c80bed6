import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/*
 * The renderer's bundle, read into memory once. A request's path is only ever looked up in this map: nothing a client
 * sends reaches the file system, so there is no directory to escape from.
 */

export interface BundleFile {
  readonly body: Buffer;
  readonly contentType: string;
  readonly etag: string;
  /** True for files whose name holds a hash of what is in them. */
  readonly isImmutable: boolean;
}

/** Files by the path of their URL; `/` is the page itself. */
export type Bundle = ReadonlyMap<string, BundleFile>;

const contentTypes: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
};

/** Reads the folder of a built page. Gives an empty bundle when there is no such folder. */
export async function readBundle(folder: string): Promise<Bundle> {
  const files = new Map<string, BundleFile>();
  for (const path of await listFiles(folder)) {
    const contentType = contentTypes[extname(path)];
    if (contentType === undefined) continue;
    const body = await readFile(path);
    const urlPath = `/${relative(folder, path).split(sep).join('/')}`;
    const hash = createHash('sha256').update(body).digest('base64url').slice(0, 27);
    const isImmutable = urlPath.startsWith('/assets/');
    const file = { body, contentType, etag: `"${hash}"`, isImmutable };
    files.set(urlPath, file);
    if (urlPath === '/index.html') files.set('/', file);
  }
  return files;
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
