import type { Page } from '@playwright/test';
import type { ClientMessage, HostMessage } from '#contract';

/*
 * Speaks the contract by hand over the port that the preload hands over, without the renderer: what it shows is the
 * wiring of main process, preload and port. It runs on a page of the application's origin that loads no code, because
 * the studio's own client would ask for a port of its own and so close this one.
 */

export interface PortSession {
  send(message: ClientMessage): Promise<void>;
  /** Waits for the answer to a call and gives its value; an error rejects with its code. */
  call(method: string, params: object): Promise<unknown>;
  /** All messages of the host so far. */
  received(): Promise<readonly HostMessage[]>;
}

interface SessionWindow extends Window {
  readonly auroraDesktop?: { requestPort(): void };
  standInSession?: { port: MessagePort; received: unknown[] };
}

/** Opens an empty page of the application, asks for a port, and says hello. Rejects when no port comes. */
export async function openPortSession(page: Page): Promise<PortSession> {
  await page.goto(new URL('/empty', page.url()).href);
  await page.evaluate(
    (msMax) =>
      new Promise<void>((resolve, reject) => {
        const own: SessionWindow = window;
        setTimeout(() => reject(new Error(`No port came within ${msMax} ms`)), msMax);
        window.addEventListener('message', (event) => {
          const [port] = event.ports;
          if (event.data?.type !== 'aurora:port' || event.origin !== location.origin || !port)
            return;
          const received: unknown[] = [];
          port.onmessage = (message) => received.push(message.data);
          own.standInSession = { port, received };
          resolve();
        });
        if (!own.auroraDesktop) reject(new Error('The preload exposed nothing'));
        own.auroraDesktop?.requestPort();
      }),
    8_000,
  );
  const received = () =>
    page.evaluate(() => (window as SessionWindow).standInSession?.received ?? []) as Promise<
      readonly HostMessage[]
    >;
  const send = (message: ClientMessage) =>
    page.evaluate(
      (data) => (window as SessionWindow).standInSession?.port.postMessage(data),
      message,
    );
  let nextId = 1;
  const session: PortSession = {
    send,
    received,
    call: async (method, params) => {
      const id = nextId++;
      await send({ type: 'call', id, method, params });
      const answer = await waitFor(
        received,
        ({ type, ...message }) =>
          (type === 'result' || type === 'error') && 'id' in message && message.id === id,
      );
      if (answer.type === 'result') return answer.value;
      throw new Error(JSON.stringify(answer));
    },
  };
  await send({ type: 'hello', protocol: 1, client: 'e2e' });
  await waitFor(received, (message) => message.type === 'welcome');
  return session;
}

async function waitFor(
  received: () => Promise<readonly HostMessage[]>,
  matches: (message: HostMessage) => boolean,
): Promise<HostMessage> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const found = (await received()).find(matches);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('The host did not answer within 60 s');
}
