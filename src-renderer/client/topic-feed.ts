import type { WireError } from '#contract';

export type TopicState<Event> =
  | { readonly status: 'waiting' }
  | { readonly status: 'current'; readonly value: Event }
  /** The connection is gone; the last value is kept on screen until it is back. */
  | { readonly status: 'stale'; readonly value: Event }
  | { readonly status: 'failed'; readonly error: WireError };

/** Subscribes at the host; `undefined` when there is no connection now. */
export type OpenFeed<Event> = (
  onEvent: (event: Event) => void,
  onEnded: (error: WireError | undefined) => void,
) => (() => void) | undefined;

/** One topic as a store: subscribed at the host while somebody listens here, and again after each reconnect. */
export class TopicFeed<Event> {
  readonly #open: OpenFeed<Event>;
  readonly #listeners = new Set<(event?: Event) => void>();
  #state: TopicState<Event> = { status: 'waiting' };
  #unsubscribe: (() => void) | undefined;

  constructor(open: OpenFeed<Event>) {
    this.#open = open;
  }

  state(): TopicState<Event> {
    return this.#state;
  }

  /** Listens to changes of the state; the listener of a change that an event made is given the event. */
  listen(listener: (event?: Event) => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.connected();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
  }

  /** There is a connection (again): subscribes if anybody listens. */
  connected(): void {
    if (this.#listeners.size === 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = this.#open(
      (event) => this.#set({ status: 'current', value: event }, event),
      (error) => {
        this.#unsubscribe = undefined;
        // A lost connection is told by `disconnected`; what the host itself ended stays ended.
        if (error === undefined) this.#set({ status: 'waiting' });
        else if (error.code !== 'Disconnected') this.#set({ status: 'failed', error });
      },
    );
  }

  /** The connection is gone, and the subscription with it. */
  disconnected(): void {
    this.#unsubscribe = undefined;
    if (this.#state.status === 'current') {
      this.#set({ status: 'stale', value: this.#state.value });
    }
  }

  #stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#state = { status: 'waiting' };
  }

  #set(state: TopicState<Event>, event?: Event): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(event);
  }
}
