/*
 * The page's one connection to its host, across losses. A channel that drops is opened again with growing pauses;
 * every topic is then subscribed anew and so delivers its present state, which is how the page's data comes back.
 * Calls are not repeated: whether a lost call was carried out is not known, so its caller is told.
 */
import {
  Caller,
  type CallOptions,
  type HostInfo,
  type MethodName,
  type Params,
  type ReadRunOptions,
  type Result,
  type ResultPart,
  readRun,
  type TopicEvent,
  type TopicName,
  type TopicParams,
  WireError,
} from '#contract';
import { type HostDoor, HostFailure } from '../host/host-door.ts';
import { retryPauseMs } from './retry-pause.ts';
import { TopicFeed } from './topic-feed.ts';

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'ready'; readonly host: HostInfo }
  /** Was ready and is being opened again; `failures` counts the attempts that failed since. */
  | { readonly kind: 'lost'; readonly host: HostInfo; readonly failures: number }
  | { readonly kind: 'failed'; readonly failure: HostFailure };

/** What the client does with a feed whatever its events are. */
interface FeedControl {
  connected(): void;
  disconnected(): void;
}

/** Calls, runs and topics of the host, across reconnects. */
export class Client {
  readonly #door: HostDoor;
  readonly #feeds = new Map<string, FeedControl>();
  readonly #listeners = new Set<() => void>();
  #state: ConnectionState = { kind: 'connecting' };
  #caller: Caller | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(door: HostDoor) {
    this.#door = door;
  }

  get doorKind(): HostDoor['kind'] {
    return this.#door.kind;
  }

  /** Opens the first channel. The outcome is in `state`. */
  async start(): Promise<void> {
    this.#setState({ kind: 'connecting' });
    try {
      await this.#connect();
    } catch (error) {
      this.#setState({ kind: 'failed', failure: asFailure(error) });
    }
  }

  /** Tries to reach a lost host now instead of after the pause. */
  retryNow(): void {
    if (this.#state.kind === 'lost') this.#retry(this.#state.host, this.#state.failures);
    else if (this.#state.kind === 'failed') void this.start();
  }

  state(): ConnectionState {
    return this.#state;
  }

  onStateChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** @throws WireError with the host's code, or `Disconnected` while there is no host. */
  async call<M extends MethodName>(
    method: M,
    params: Params<M>,
    options: CallOptions = {},
  ): Promise<Result<M>> {
    if (this.#caller === undefined) throw notConnected();
    return await this.#caller.call(method, params, options);
  }

  /** The shared feed of a topic: one subscription however many parts of the page look at it. */
  feed<T extends TopicName>(topic: T, params: TopicParams<T>): TopicFeed<TopicEvent<T>> {
    const key = `${topic} ${JSON.stringify(params)}`;
    const found = this.#feeds.get(key);
    // The key determines the topic, and the topic the type of its events.
    if (found !== undefined) return found as TopicFeed<TopicEvent<T>>;
    const feed = new TopicFeed<TopicEvent<T>>((onEvent, onEnded) =>
      this.#caller?.subscribe(topic, params, onEvent, onEnded),
    );
    this.#feeds.set(key, feed);
    return feed;
  }

  /** Runs AQL by pulling (see `readRun` of the contract). @throws WireError */
  async *run(
    params: Params<'query.open'>,
    options: ReadRunOptions = {},
  ): AsyncGenerator<ResultPart> {
    if (this.#caller === undefined) throw notConnected();
    yield* readRun(this.#caller, params, options);
  }

  /** Closes the channel for good. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retryTimer);
    this.#caller?.close();
    this.#caller = undefined;
  }

  async #connect(): Promise<void> {
    const caller = new Caller(await this.#door.open());
    const host = await caller.connect();
    if (this.#isClosed) {
      caller.close();
      return;
    }
    this.#caller = caller;
    caller.onClosed(() => {
      if (this.#caller === caller) this.#lose(host);
    });
    for (const feed of this.#feeds.values()) feed.connected();
    this.#setState({ kind: 'ready', host });
  }

  #lose(host: HostInfo): void {
    this.#caller = undefined;
    for (const feed of this.#feeds.values()) feed.disconnected();
    if (this.#isClosed) return;
    this.#setState({ kind: 'lost', host, failures: 0 });
    this.#retryTimer = setTimeout(() => this.#retry(host, 0), retryPauseMs(0));
  }

  #retry(host: HostInfo, failures: number): void {
    clearTimeout(this.#retryTimer);
    this.#connect().catch((error: unknown) => {
      if (this.#isClosed) return;
      const failure = asFailure(error);
      if (failure.reason !== 'gone') {
        this.#setState({ kind: 'failed', failure });
        return;
      }
      this.#setState({ kind: 'lost', host, failures: failures + 1 });
      this.#retryTimer = setTimeout(
        () => this.#retry(host, failures + 1),
        retryPauseMs(failures + 1),
      );
    });
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function notConnected(): WireError {
  return new WireError({
    code: 'Disconnected',
    message: 'There is no connection to the host.',
    hint: 'The page is connecting again; repeat this once it is back.',
  });
}

function asFailure(error: unknown): HostFailure {
  if (error instanceof HostFailure) return error;
  if (error instanceof WireError) {
    const reason = error.code === 'Disconnected' ? 'gone' : 'refused';
    return new HostFailure(error.message, { reason, cause: error });
  }
  throw error;
}
