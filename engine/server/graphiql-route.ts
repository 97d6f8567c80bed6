/*
 * GraphiQL as a page: the files that the build has made of it, and no others, because a path is looked up among them
 * and never becomes a path on the disk. The page holds nothing of the database; it asks with the token it is given.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { dirname, extname, join } from 'node:path';
import { methodNotAllowed } from './document-routes.ts';
import { HttpFailure } from './http-failure.ts';
import { securityHeaders } from './security-headers.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
};

// Its editor makes elements of style while it runs; scripts come from its own files only.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export class GraphiqlRoute {
  #files: Promise<ReadonlyMap<string, Buffer>> | undefined;

  /** True for the paths of the page. */
  isMine(path: string): boolean {
    return path === '/graphiql' || path.startsWith('/graphiql/');
  }

  /** @throws HttpFailure 404, 405 */
  async answer(path: string, response: ServerResponse): Promise<void> {
    const { method } = response.req;
    if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed('GET, HEAD');
    this.#files ??= readBuild();
    const files = await this.#files;
    if (files.size === 0) {
      const message = 'GraphiQL is not part of this build; "npm run build" makes it.';
      throw new HttpFailure(404, 'NotFound', message);
    }
    const name = path.replace(/^\/graphiql\/?/, '') || 'index.html';
    const body = files.get(name);
    if (body === undefined) throw new HttpFailure(404, 'NotFound', 'There is nothing here.');
    response.writeHead(200, {
      ...securityHeaders,
      'Content-Type': contentTypes[extname(name)] ?? 'application/octet-stream',
      'Content-Length': body.length,
      'Content-Security-Policy': contentSecurityPolicy,
      // The names of all files but the first hold a digest of what is in them.
      ...(name === 'index.html' ? {} : { 'Cache-Control': 'public, max-age=31536000, immutable' }),
    });
    response.end(method === 'HEAD' ? undefined : body);
  }
}

/** The files of the build by their names below it; none where it was not made. */
async function readBuild(): Promise<ReadonlyMap<string, Buffer>> {
  const folder = buildFolder();
  if (folder === undefined) return new Map();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        const name = path.slice(folder.length + 1).replaceAll('\\', '/');
        return [name, await readFile(path)] as const;
      }),
  );
  return new Map(files);
}

/** Below the nearest folder above this file that has a package.json: that of the package. */
function buildFolder(): string | undefined {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) return undefined;
    folder = dirname(folder);
  }
  const build = join(folder, 'out/graphiql');
  return existsSync(join(build, 'index.html')) ? build : undefined;
}
