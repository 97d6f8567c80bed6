import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { contentSecurityPolicy } from '../services/content-security-policy.ts';
import { appScheme } from './app-address.ts';
import { type BundleFile, listBundleFiles } from './bundle-files.ts';

/** Makes the scheme a real origin with a secure context. Only possible before Electron is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: appScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves the page's bundle, and nothing else, as `aurora://app/…`. */
export async function serveApp(folder: string): Promise<void> {
  const files = await listBundleFiles(folder);
  protocol.handle(appScheme, (request) => answer(files, request));
}

async function answer(files: ReadonlyMap<string, BundleFile>, request: Request): Promise<Response> {
  const { hostname, pathname } = new URL(request.url);
  const file =
    hostname === 'app' ? files.get(pathname === '/' ? '/index.html' : pathname) : undefined;
  if (file === undefined) return new Response('Not part of the application.', { status: 404 });
  return new Response(await readFile(file.path), {
    headers: {
      'content-type': file.contentType,
      'content-security-policy': contentSecurityPolicy(),
      'x-content-type-options': 'nosniff',
    },
  });
}
