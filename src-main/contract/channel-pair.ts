import type { Channel, ChannelListener } from './channel.ts';
import type { ClientMessage, HostMessage } from './envelope.ts';

export interface ChannelPair {
  readonly page: Channel<ClientMessage, HostMessage>;
  readonly host: Channel<HostMessage, ClientMessage>;
}

/**
 * A transport inside one process. Delivery is asynchronous and every message is copied through JSON, so that it
 * behaves as a socket does: neither end can see or change what the other holds.
 */
export function createChannelPair(): ChannelPair {
  const toHost = new Mailbox<ClientMessage>();
  const toPage = new Mailbox<HostMessage>();
  const close = (reasonForHost: string, reasonForPage: string) => {
    toHost.close(reasonForHost);
    toPage.close(reasonForPage);
  };
  return {
    page: {
      post: (message) => toHost.put(message),
      receive: (listener) => toPage.open(listener),
      close: () => close('The page closed the channel.', 'The channel was closed here.'),
    },
    host: {
      post: (message) => toPage.put(message),
      receive: (listener) => toHost.open(listener),
      close: () => close('The channel was closed here.', 'The host closed the channel.'),
    },
  };
}

type Letter<Message> =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'closed'; readonly reason: string };

/** One direction of a pair: letters wait here until there is a listener, then go out one per microtask. */
class Mailbox<Message> {
  #letters: Letter<Message>[] = [];
  #listener: ChannelListener<Message> | undefined;
  #isClosed = false;

  put(message: Message): void {
    if (this.#isClosed) return;
    const copy: Message = JSON.parse(JSON.stringify(message));
    this.#add({ kind: 'message', message: copy });
  }

  close(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#add({ kind: 'closed', reason });
  }

  open(listener: ChannelListener<Message>): void {
    this.#listener = listener;
    for (let waiting = this.#letters.length; waiting > 0; waiting -= 1) this.#deliverSoon();
  }

  #add(letter: Letter<Message>): void {
    this.#letters.push(letter);
    if (this.#listener !== undefined) this.#deliverSoon();
  }

  /** Each call delivers the oldest letter, so that a listener that throws loses its own letter only. */
  #deliverSoon(): void {
    void Promise.resolve().then(() => {
      const letter = this.#letters.shift();
      if (letter === undefined || this.#listener === undefined) return;
      if (letter.kind === 'message') this.#listener.message(letter.message);
      else this.#listener.closed(letter.reason);
    });
  }
}
