import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/*
 * Chromium cannot be taught a scheme from outside. So `aurora://app/x` is served as `http://app.aurora.localhost/x`,
 * which is a secure context too: the browser's resolver sends every *.localhost name to this server, and the server
 * asks the handler that the main process registered for the scheme. Other hosts get a page that says so: where a
 * navigation was let through, a test sees it.
 */

export type SchemeHandler = (request: Request) => Response | Promise<Response>;

export interface AppServer {
  readonly port: number;
  readonly handlers: Map<string, SchemeHandler>;
  close(): void;
}

/** `aurora://app/x?y` as Chromium knows it here; other addresses as they are. */
export function toPageUrl(url: string): string {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/s.exec(url);
  if (!match || ['http', 'https', 'about', 'data', 'file'].includes(String(match[1]))) return url;
  return `http://${match[2]}.${match[1]}.localhost${match[3]}`;
}

/** The address that the main process sees; the inverse of `toPageUrl`. */
export function toAppUrl(url: string, schemes: Iterable<string>): string {
  for (const scheme of schemes) {
    const match = new RegExp(`^http://([^/?#]+)\\.${scheme}\\.localhost(.*)$`, 's').exec(url);
    if (match) return `${scheme}://${match[1]}${match[2]}`;
  }
  return url;
}

export async function startAppServer(): Promise<AppServer> {
  const handlers = new Map<string, SchemeHandler>();
  const server = createServer((incoming, outgoing) => {
    const url = toAppUrl(`http://${incoming.headers.host}${incoming.url}`, handlers.keys());
    const handler = handlers.get(url.slice(0, url.indexOf(':')));
    const answer = handler
      ? Promise.resolve(new Request(url, { method: incoming.method ?? 'GET' })).then(handler)
      : Promise.resolve(new Response('You have left the application.', { status: 200 }));
    answer
      .then(async (response) => {
        outgoing.writeHead(response.status, Object.fromEntries(response.headers));
        outgoing.end(Buffer.from(await response.arrayBuffer()));
      })
      .catch((error: unknown) => {
        console.error(`The handler of ${url} failed:`, error);
        outgoing.writeHead(500).end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    handlers,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
