import type { Channel, ChannelListener } from '#contract';

/**
 * What a message port has in common in node:worker_threads and in Electron's main process. They differ in what the
 * listener gets: Node hands over the message itself, Electron an event that holds it in `data`.
 */
export interface PortLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (payload: PortPayload) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** What Electron's listener gets. Node's gets a message of any form, which is passed on without a look. */
export interface PortPayload {
  readonly data: unknown;
}

/**
 * A channel over a message port; messages cross by structured clone. `readMessage` takes the message out of what the
 * port's listener gets: left out, that is the message itself; Electron needs `(event) => event.data`.
 */
export function createPortChannel<Outgoing, Incoming>(
  port: PortLike,
  readMessage: (payload: PortPayload) => unknown = (payload) => payload,
): Channel<Outgoing, Incoming> {
  let listener: ChannelListener<Incoming> | undefined;
  let isClosed = false;
  const close = (reason: string) => {
    if (isClosed) return;
    isClosed = true;
    listener?.closed(reason);
  };
  return {
    post: (message) => {
      if (!isClosed) port.postMessage(message);
    },
    receive: (receiver) => {
      listener = receiver;
      port.on('message', (payload) => {
        // The peer that receives it decodes the message; the type says what a well-behaved other end sends.
        if (!isClosed) receiver.message(readMessage(payload) as Incoming);
      });
      port.on('close', () => close('The other end of the port is gone.'));
      port.start();
    },
    close: () => {
      port.close();
      close('The channel was closed here.');
    },
  };
}
