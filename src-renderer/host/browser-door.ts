import { type HostDoor, HostFailure } from './host-door.ts';
import { openSocket, socketChannel } from './socket-channel.ts';

/**
 * The door in a browser. The address the host prints carries a token in its fragment, which never reaches a server;
 * it is exchanged for a session cookie once and removed from the address bar, so that it is neither bookmarked nor
 * shared by accident. After that the cookie opens the channel, also after a reload.
 */
export function browserDoor(page: Window): HostDoor {
  let token = takeToken(page);
  return {
    kind: 'browser',
    open: async () => {
      // The address of a host that was started anew may be opened in this very page, which does not reload it.
      token = takeToken(page) ?? token;
      if (token !== undefined) {
        await startSession(token);
        token = undefined;
      }
      const url = new URL('channel', page.location.href);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      url.hash = '';
      try {
        return socketChannel(await openSocket(url.href));
      } catch (cause) {
        // A refused WebSocket does not tell a page why; the session's own address does.
        await checkSession();
        throw new HostFailure('The host refused the connection.', { reason: 'gone', cause });
      }
    },
  };
}

function takeToken(page: Window): string | undefined {
  const token = new URLSearchParams(page.location.hash.slice(1)).get('token');
  if (token === null || token === '') return undefined;
  page.history.replaceState(null, '', page.location.pathname + page.location.search);
  return token;
}

async function startSession(token: string): Promise<void> {
  const answer = await askSession({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  // A token that opened one browser is spent; the session it started may still be good.
  if (!answer.ok) await checkSession();
}

async function checkSession(): Promise<void> {
  const answer = await askSession({ method: 'GET' });
  if (answer.status === 401 || answer.status === 403) {
    throw new HostFailure('This browser has no session with the host.', { reason: 'no-session' });
  }
}

async function askSession(init: RequestInit): Promise<Response> {
  try {
    return await fetch('session', { ...init, credentials: 'same-origin' });
  } catch (cause) {
    throw new HostFailure('The host does not answer.', { reason: 'gone', cause });
  }
}
