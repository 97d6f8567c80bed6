import type { Channel } from './channel.ts';
import type { HostMessage } from './envelope.ts';
import type { WireErrorShape } from './wire-types.ts';

interface Pending {
  events: unknown[];
  /** Called when all of them are posted, or nobody wants them any more. */
  onTaken: (() => void)[];
  end: { readonly error: WireErrorShape | undefined } | undefined;
}

/**
 * The events of one channel's subscriptions that were emitted and not yet posted. They go out in the next microtask,
 * or when the transport is ready for more; until then a state is replaced by a newer one, so that a slow page gets
 * the newest and memory stays bounded.
 */
export class EventOutbox {
  readonly #channel: Channel<HostMessage, never>;
  readonly #pending = new Map<number, Pending>();
  #isFlushing = false;
  #isClosed = false;

  constructor(channel: Channel<HostMessage, never>) {
    this.#channel = channel;
  }

  begin(id: number): void {
    this.#pending.set(id, { events: [], onTaken: [], end: undefined });
  }

  /** Takes an event; false when a subscription whose every event counts has no room for it. */
  put(id: number, event: unknown, delivery: 'newest' | 'every', pendingMax: number): boolean {
    const pending = this.#pending.get(id);
    if (pending === undefined) return true;
    if (delivery === 'newest') pending.events = [event];
    else if (pending.events.length >= pendingMax) return false;
    else pending.events.push(event);
    this.#flushSoon();
    return true;
  }

  /** Posts what is pending for the subscription, then that it ended. */
  end(id: number, error: WireErrorShape | undefined): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    pending.end = { error };
    this.#flushSoon();
  }

  /** Resolves when nothing waits for the subscription any more. */
  async taken(id: number): Promise<void> {
    const pending = this.#pending.get(id);
    if (pending === undefined || pending.events.length === 0) return;
    await new Promise<void>((resolve) => pending.onTaken.push(resolve));
  }

  drop(id: number): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    for (const resolve of pending?.onTaken ?? []) resolve();
  }

  close(): void {
    this.#isClosed = true;
    for (const id of [...this.#pending.keys()]) this.drop(id);
  }

  #flushSoon(): void {
    if (this.#isFlushing || this.#isClosed) return;
    this.#isFlushing = true;
    void this.#flush();
  }

  /** Rejects only by a fault: a transport that fails closes its channel, where `ready` resolves and `post` does nothing. */
  async #flush(): Promise<void> {
    await Promise.resolve();
    while (!this.#isClosed && this.#hasPending()) {
      await this.#channel.ready?.();
      for (const [id, pending] of [...this.#pending]) this.#post(id, pending);
    }
    this.#isFlushing = false;
  }

  #hasPending(): boolean {
    for (const pending of this.#pending.values()) {
      if (pending.events.length > 0 || pending.end !== undefined) return true;
    }
    return false;
  }

  #post(id: number, pending: Pending): void {
    const events = pending.events;
    pending.events = [];
    for (const value of events) this.#channel.post({ type: 'event', id, value });
    for (const resolve of pending.onTaken.splice(0)) resolve();
    if (pending.end === undefined) return;
    const { error } = pending.end;
    this.#pending.delete(id);
    this.#channel.post(error === undefined ? { type: 'ended', id } : { type: 'ended', id, error });
  }
}
