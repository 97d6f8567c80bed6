import type { CancelSignal } from './cancel-signal.ts';
import type { Channel } from './channel.ts';
import { decodeHostMessage } from './decode-message.ts';
import { type ClientMessage, type HostMessage, protocolVersion } from './envelope.ts';
import type { Methods, MethodTable } from './methods.ts';
import type { Topics, TopicTable } from './topics.ts';
import { WireError } from './wire-error.ts';
import type { HostInfo } from './wire-types.ts';

/*
 * The page's end of a channel. It says hello, then calls and subscribes; every promise it gave settles, at the latest
 * when the channel closes. Answers to ids it no longer knows (cancelled calls, ended subscriptions) are normal and
 * dropped.
 */

export interface CallOptions {
  /** Aborting rejects the call at once with `Cancelled` and tells the host to stop. */
  readonly signal?: CancelSignal;
  /**
   * Waits for the host's answer also after an abort: for writes, of which the caller must learn whether they were
   * done. The host answers every call.
   */
  readonly awaitsAnswer?: boolean;
}

export interface CallerOptions {
  readonly client?: string;
  /** The version of the table of methods; that of the page's when left out. */
  readonly protocol?: number;
}

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: WireError): void;
}

interface ActiveSubscription {
  event(value: unknown): void;
  ended(error: WireError | undefined): void;
}

type State =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'connecting';
      resolve(host: HostInfo): void;
      reject(error: WireError): void;
    }
  | { readonly kind: 'open' }
  | { readonly kind: 'closed'; readonly reason: string };

/** Calls and subscribes over a channel to a host. One caller per channel; not reusable once closed. */
export class Caller<
  Table extends MethodTable<Table> = Methods,
  TopicsTable extends TopicTable<TopicsTable> = Topics,
> {
  readonly #channel: Channel<ClientMessage, HostMessage>;
  readonly #client: string;
  readonly #protocol: number;
  readonly #calls = new Map<number, PendingCall>();
  readonly #subscriptions = new Map<number, ActiveSubscription>();
  readonly #closedListeners = new Set<(reason: string) => void>();
  #state: State = { kind: 'idle' };
  #lastId = 0;

  constructor(channel: Channel<ClientMessage, HostMessage>, options: CallerOptions = {}) {
    this.#channel = channel;
    this.#client = options.client ?? 'page';
    this.#protocol = options.protocol ?? protocolVersion;
  }

  get isConnected(): boolean {
    return this.#state.kind === 'open';
  }

  /**
   * Says hello and waits for the host's welcome. To be called once, before anything else.
   * @throws WireError `ProtocolMismatch` when the host speaks another version, `Disconnected` when it goes away.
   */
  connect(): Promise<HostInfo> {
    if (this.#state.kind !== 'idle') {
      return Promise.reject(disconnected('A caller connects once; make a new one.'));
    }
    return new Promise((resolve, reject) => {
      this.#state = { kind: 'connecting', resolve, reject };
      this.#channel.receive({
        message: (message) => this.#receive(message),
        closed: (reason) => this.#close(reason),
      });
      this.#channel.post({ type: 'hello', protocol: this.#protocol, client: this.#client });
    });
  }

  /**
   * Calls a method of the host.
   * @throws WireError with the host's code, `Cancelled` after an abort, `Disconnected` when the channel is closed.
   */
  call<M extends keyof Table & string>(
    method: M,
    params: Table[M]['params'],
    options: CallOptions = {},
  ): Promise<Table[M]['result']> {
    const { signal, awaitsAnswer = false } = options;
    if (this.#state.kind !== 'open') return Promise.reject(this.#notConnected());
    if (signal?.aborted === true) return Promise.reject(cancelled(method));
    const id = this.#nextId();
    return new Promise((resolve, reject) => {
      const abort = () => {
        if (!this.#calls.has(id)) return;
        this.#channel.post({ type: 'cancel', id });
        if (awaitsAnswer) return;
        this.#calls.delete(id);
        reject(cancelled(method));
      };
      signal?.addEventListener('abort', abort);
      this.#calls.set(id, {
        resolve: (value) => {
          signal?.removeEventListener('abort', abort);
          // The host is trusted for the form of results; its handlers are compiled against the same contract.
          resolve(value as Table[M]['result']);
        },
        reject: (error) => {
          signal?.removeEventListener('abort', abort);
          reject(error);
        },
      });
      try {
        this.#channel.post({ type: 'call', id, method, params });
      } catch (error) {
        // A message that the transport cannot carry was not sent, so nothing will answer it.
        this.#calls.delete(id);
        signal?.removeEventListener('abort', abort);
        reject(error);
      }
    });
  }

  /**
   * Subscribes to a topic and gives the function that unsubscribes. `onEnded` is called once if the host ends the
   * subscription or the channel closes, never after unsubscribing.
   */
  subscribe<T extends keyof TopicsTable & string>(
    topic: T,
    params: TopicsTable[T]['params'],
    onEvent: (event: TopicsTable[T]['event']) => void,
    onEnded?: (error: WireError | undefined) => void,
  ): () => void {
    if (this.#state.kind !== 'open') throw this.#notConnected();
    const id = this.#nextId();
    this.#subscriptions.set(id, {
      // As with results: events are compiled against the same contract on the host.
      event: (value) => onEvent(value as TopicsTable[T]['event']),
      ended: (error) => onEnded?.(error),
    });
    this.#channel.post({ type: 'subscribe', id, topic, params });
    return () => {
      if (this.#subscriptions.delete(id)) this.#channel.post({ type: 'unsubscribe', id });
    };
  }

  /** Calls the listener once when the channel closes, at once if it is closed already. Gives the function that removes it. */
  onClosed(listener: (reason: string) => void): () => void {
    if (this.#state.kind === 'closed') {
      listener(this.#state.reason);
      return () => {};
    }
    this.#closedListeners.add(listener);
    return () => this.#closedListeners.delete(listener);
  }

  /** Closes the channel; open calls are rejected with `Disconnected`. */
  close(): void {
    this.#channel.close();
    this.#close('The connection was closed here.');
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #notConnected(): WireError {
    return disconnected(
      this.#state.kind === 'closed' ? this.#state.reason : 'The caller is not connected yet.',
    );
  }

  #receive(raw: unknown): void {
    const message = decodeHostMessage(raw);
    if (message === undefined) {
      this.#channel.close();
      this.#close('The host sent a message that is not part of the protocol.');
    } else if (this.#state.kind === 'connecting') {
      this.#finishHandshake(this.#state, message);
    } else if (this.#state.kind === 'open') {
      this.#dispatch(message);
    }
  }

  #finishHandshake(handshake: Extract<State, { kind: 'connecting' }>, message: HostMessage): void {
    if (message.type === 'welcome' && message.protocol === this.#protocol) {
      this.#state = { kind: 'open' };
      handshake.resolve(message.host);
      return;
    }
    const error =
      message.type === 'refused'
        ? new WireError(message.error)
        : new WireError({
            code: 'ProtocolMismatch',
            message: `The host did not answer hello in version ${this.#protocol} of the protocol.`,
            hint: 'Reload the page, so that page and host are of one version.',
          });
    handshake.reject(error);
    this.#channel.close();
    this.#close(error.message);
  }

  #dispatch(message: HostMessage): void {
    switch (message.type) {
      case 'result':
        this.#takeCall(message.id)?.resolve(message.value);
        return;
      case 'error':
        this.#takeCall(message.id)?.reject(new WireError(message.error));
        return;
      case 'event':
        this.#subscriptions.get(message.id)?.event(message.value);
        return;
      case 'ended': {
        const subscription = this.#subscriptions.get(message.id);
        this.#subscriptions.delete(message.id);
        subscription?.ended(message.error === undefined ? undefined : new WireError(message.error));
        return;
      }
      case 'welcome':
      case 'refused':
        return;
    }
  }

  #takeCall(id: number): PendingCall | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    return call;
  }

  #close(reason: string): void {
    if (this.#state.kind === 'closed') return;
    const handshake = this.#state.kind === 'connecting' ? this.#state : undefined;
    this.#state = { kind: 'closed', reason };
    const calls = [...this.#calls.values()];
    const subscriptions = [...this.#subscriptions.values()];
    const listeners = [...this.#closedListeners];
    this.#calls.clear();
    this.#subscriptions.clear();
    this.#closedListeners.clear();
    handshake?.reject(disconnected(reason));
    for (const call of calls) call.reject(disconnected(reason));
    for (const subscription of subscriptions) subscription.ended(disconnected(reason));
    for (const listener of listeners) listener(reason);
  }
}

function disconnected(reason: string): WireError {
  return new WireError({ code: 'Disconnected', message: `Not connected to the host: ${reason}` });
}

function cancelled(method: string): WireError {
  return new WireError({ code: 'Cancelled', message: `The call of ${method} was cancelled.` });
}
