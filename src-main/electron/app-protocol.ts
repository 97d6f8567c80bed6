import { protocol } from 'electron';
import { contentSecurityPolicy } from '../services/content-security-policy.ts';
import { type Bundle, readBundle } from '../services/page-bundle.ts';
import { appScheme } from './app-address.ts';

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
  const bundle = await readBundle(folder);
  protocol.handle(appScheme, (request) => answer(bundle, request));
}

function answer(bundle: Bundle, request: Request): Response {
  const { hostname, pathname } = new URL(request.url);
  const file = hostname === 'app' ? bundle.get(pathname) : undefined;
  if (file === undefined) return new Response('Not part of the application.', { status: 404 });
  return new Response(new Uint8Array(file.body), {
    headers: {
      'content-type': file.contentType,
      'content-security-policy': contentSecurityPolicy(),
      'x-content-type-options': 'nosniff',
    },
  });
}
