import type { CancelSignal, CancelSource } from './cancel-signal.ts';
import type { Channel } from './channel.ts';
import { decodeClientMessage } from './decode-message.ts';
import { type ClientMessage, type HostMessage, protocolVersion } from './envelope.ts';
import { EventOutbox } from './event-outbox.ts';
import type { Methods, MethodTable } from './methods.ts';
import type { Topics, TopicTable } from './topics.ts';
import { WireError } from './wire-error.ts';
import type { HostInfo, WireErrorShape } from './wire-types.ts';

/*
 * The host's end of a channel. Its peer is untrusted: nothing is served before a hello of the right version, every
 * envelope is checked, every parameter validated, every count bounded; a peer that breaks the protocol loses its
 * channel. Messages are dispatched in the order in which they came; each call gets exactly one answer.
 */

/** One handler per method. `signal` is aborted when the page cancels the call or goes away. */
export type MethodHandlers<
  Signal extends CancelSignal,
  Table extends MethodTable<Table> = Methods,
> = {
  readonly [M in keyof Table]: (
    params: Table[M]['params'],
    call: { readonly signal: Signal },
  ) => Table[M]['result'] | Promise<Table[M]['result']>;
};

export type TopicHandlers<Table extends TopicTable<Table> = Topics> = {
  readonly [T in keyof Table]: TopicHandler<T, Table>;
};

export interface TopicHandler<T extends keyof Table, Table extends TopicTable<Table> = Topics> {
  /** `newest`: events are states, and a newer one replaces one not yet sent. `every`: each counts, up to a bound. */
  readonly delivery: 'newest' | 'every';
  /** Begins to emit, the present state first where there is one, and gives the function that stops it. */
  start(params: Table[T]['params'], sink: TopicSink<T, Table>): () => void;
}

export interface TopicSink<T extends keyof Table, Table extends TopicTable<Table> = Topics> {
  emit(event: Table[T]['event']): void;
  /** Resolves when the transport has taken what was emitted, or the subscription is over: time for more. */
  ready(): Promise<void>;
  /** Ends the subscription from the host's side, for example because its database was closed. */
  end(error?: unknown): void;
}

/** Checks parameters at the boundary; throws what `toWireError` makes an `InvalidParams` of. */
export interface BoundaryValidation<
  Table extends MethodTable<Table> = Methods,
  TopicsTable extends TopicTable<TopicsTable> = Topics,
> {
  params<M extends keyof Table>(method: M, params: unknown): Table[M]['params'];
  topicParams<T extends keyof TopicsTable>(topic: T, params: unknown): TopicsTable[T]['params'];
}

export interface ResponderLimits {
  readonly callsOpenMax: number;
  readonly subscriptionsOpenMax: number;
  /** Events that may wait in one subscription whose every event counts. */
  readonly eventsPendingMax: number;
}

export interface ResponderOptions<
  Signal extends CancelSignal,
  Table extends MethodTable<Table> = Methods,
  TopicsTable extends TopicTable<TopicsTable> = Topics,
> {
  readonly host: HostInfo;
  /** The version of the table of methods; that of the page's when left out. */
  readonly protocol?: number;
  readonly methods: MethodHandlers<Signal, Table>;
  readonly topics: TopicHandlers<TopicsTable>;
  readonly validate: BoundaryValidation<Table, TopicsTable>;
  readonly toWireError: (error: unknown) => WireErrorShape;
  readonly newCancelSource: () => CancelSource<Signal>;
  /** Every call and every begin of a subscription runs inside of it. */
  readonly around?: <Value>(name: keyof Table | keyof TopicsTable, work: () => Value) => Value;
  readonly limits?: Partial<ResponderLimits>;
}

export const responderLimits: ResponderLimits = {
  callsOpenMax: 256,
  subscriptionsOpenMax: 128,
  eventsPendingMax: 256,
};

/** Answers one page over one channel, until the channel closes. */
export class Responder<
  Signal extends CancelSignal,
  Table extends MethodTable<Table> = Methods,
  TopicsTable extends TopicTable<TopicsTable> = Topics,
> {
  readonly #channel: Channel<HostMessage, ClientMessage>;
  readonly #options: ResponderOptions<Signal, Table, TopicsTable>;
  readonly #protocol: number;
  readonly #limits: ResponderLimits;
  readonly #calls = new Map<number, CancelSource<Signal>>();
  readonly #subscriptions = new Map<number, () => void>();
  readonly #outbox: EventOutbox;
  readonly #closedListeners = new Set<(reason: string) => void>();
  #state: 'greeting' | 'open' | 'closed' = 'greeting';

  constructor(
    channel: Channel<HostMessage, ClientMessage>,
    options: ResponderOptions<Signal, Table, TopicsTable>,
  ) {
    this.#channel = channel;
    this.#options = options;
    this.#protocol = options.protocol ?? protocolVersion;
    this.#limits = { ...responderLimits, ...options.limits };
    this.#outbox = new EventOutbox(channel);
    channel.receive({
      message: (message) => this.#receive(message),
      closed: (reason) => this.#close(reason),
    });
  }

  /** Calls the listener once when the channel closes, after every call was aborted and every subscription stopped. */
  onClosed(listener: (reason: string) => void): void {
    if (this.#state === 'closed') listener('The channel is closed.');
    else this.#closedListeners.add(listener);
  }

  close(reason = 'The host closed the channel.'): void {
    this.#channel.close();
    this.#close(reason);
  }

  #receive(raw: unknown): void {
    if (this.#state === 'closed') return;
    const message = decodeClientMessage(raw);
    if (this.#state === 'greeting') this.#greet(message);
    else if (message === undefined)
      this.close('The page sent a message that is no part of the protocol.');
    else this.#dispatch(message);
  }

  #greet(message: ClientMessage | undefined): void {
    if (message?.type === 'hello' && message.protocol === this.#protocol) {
      this.#state = 'open';
      this.#channel.post({
        type: 'welcome',
        protocol: this.#protocol,
        host: this.#options.host,
      });
      return;
    }
    const asked =
      message?.type === 'hello'
        ? `The page speaks version ${message.protocol} of the protocol and this host version ${this.#protocol}.`
        : 'The first message has to be hello.';
    this.#channel.post({
      type: 'refused',
      error: {
        code: 'ProtocolMismatch',
        message: asked,
        hint: 'Reload the page, so that page and host are of one version.',
        details: { protocol: this.#protocol },
      },
    });
    this.close(asked);
  }

  #dispatch(message: ClientMessage): void {
    switch (message.type) {
      case 'call':
        if (this.#isFree(message.id)) this.#startCall(message.id, message.method, message.params);
        return;
      case 'cancel':
        this.#calls.get(message.id)?.abort();
        return;
      case 'subscribe':
        if (this.#isFree(message.id)) this.#subscribe(message.id, message.topic, message.params);
        return;
      case 'unsubscribe':
        this.#takeSubscription(message.id)?.();
        return;
      case 'hello':
        this.close('The page said hello twice.');
        return;
    }
  }

  /** A second use of an open id could not be answered without deceiving the first, so it ends the channel. */
  #isFree(id: number): boolean {
    if (!this.#calls.has(id) && !this.#subscriptions.has(id)) return true;
    this.close(`The page used the id ${id} twice.`);
    return false;
  }

  #startCall(id: number, method: string, params: unknown): void {
    if (!this.#isMethod(method)) {
      this.#fail(
        id,
        new WireError({ code: 'UnknownMethod', message: `There is no method "${clip(method)}".` }),
      );
    } else if (this.#calls.size >= this.#limits.callsOpenMax) {
      this.#fail(id, tooMany(`${this.#limits.callsOpenMax} calls are open`));
    } else {
      const source = this.#options.newCancelSource();
      this.#calls.set(id, source);
      this.#runCall(method, params, source.signal).then(
        (value) => this.#finishCall(id, { type: 'result', id, value }),
        (error: unknown) => this.#finishCall(id, this.#errorMessage(id, error)),
      );
    }
  }

  async #runCall<M extends keyof Table>(
    method: M,
    params: unknown,
    signal: Signal,
  ): Promise<Table[M]['result']> {
    const valid = this.#options.validate.params(method, params);
    const { methods, around = justRun } = this.#options;
    return await around(method, () => methods[method](valid, { signal }));
  }

  #finishCall(id: number, message: HostMessage): void {
    if (!this.#calls.delete(id)) return;
    try {
      this.#channel.post(message);
    } catch (error) {
      // A value that the transport cannot carry is a fault of the handler; its caller still gets an answer.
      this.#channel.post(this.#errorMessage(id, error));
    }
  }

  #fail(id: number, error: unknown): void {
    this.#channel.post(this.#errorMessage(id, error));
  }

  #errorMessage(id: number, error: unknown): HostMessage {
    return { type: 'error', id, error: this.#options.toWireError(error) };
  }

  #subscribe(id: number, topic: string, params: unknown): void {
    if (!this.#isTopic(topic)) {
      this.#refuseSubscription(
        id,
        new WireError({ code: 'UnknownTopic', message: `There is no topic "${clip(topic)}".` }),
      );
    } else if (this.#subscriptions.size >= this.#limits.subscriptionsOpenMax) {
      this.#refuseSubscription(
        id,
        tooMany(`${this.#limits.subscriptionsOpenMax} subscriptions are open`),
      );
    } else {
      try {
        this.#startTopic(id, topic, params);
      } catch (error) {
        this.#takeSubscription(id)?.();
        this.#refuseSubscription(id, error);
      }
    }
  }

  #startTopic<T extends keyof TopicsTable & string>(id: number, topic: T, params: unknown): void {
    const valid = this.#options.validate.topicParams(topic, params);
    const handler: TopicHandler<T, TopicsTable> = this.#options.topics[topic];
    const pendingMax = handler.delivery === 'newest' ? 1 : this.#limits.eventsPendingMax;
    let stop: (() => void) | undefined;
    let isOver = false;
    const finish = () => {
      isOver = true;
      stop?.();
    };
    const end = (error: unknown) => {
      if (isOver) return;
      this.#subscriptions.delete(id);
      this.#outbox.end(id, error === undefined ? undefined : this.#options.toWireError(error));
      finish();
    };
    this.#subscriptions.set(id, finish);
    this.#outbox.begin(id);
    const begin = () =>
      handler.start(valid, {
        emit: (event) => {
          if (isOver) return;
          const hasRoom = this.#outbox.put(id, event, handler.delivery, pendingMax);
          if (!hasRoom) end(lagged(topic, pendingMax));
        },
        ready: () => this.#outbox.taken(id),
        end,
      });
    const { around = justRun } = this.#options;
    stop = around(topic, begin);
    // The handler may have ended the subscription while it started, before there was anything to stop.
    if (isOver) stop();
  }

  #refuseSubscription(id: number, error: unknown): void {
    this.#channel.post({ type: 'ended', id, error: this.#options.toWireError(error) });
  }

  #takeSubscription(id: number): (() => void) | undefined {
    const finish = this.#subscriptions.get(id);
    this.#subscriptions.delete(id);
    this.#outbox.drop(id);
    return finish;
  }

  #isMethod(name: string): name is keyof Table & string {
    return Object.hasOwn(this.#options.methods, name);
  }

  #isTopic(name: string): name is keyof TopicsTable & string {
    return Object.hasOwn(this.#options.topics, name);
  }

  #close(reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    const calls = [...this.#calls.values()];
    const subscriptions = [...this.#subscriptions.values()];
    this.#calls.clear();
    this.#subscriptions.clear();
    this.#outbox.close();
    for (const call of calls) call.abort();
    for (const finish of subscriptions) finish();
    for (const listener of this.#closedListeners) listener(reason);
    this.#closedListeners.clear();
  }
}

function justRun<Value>(_name: unknown, work: () => Value): Value {
  return work();
}

function tooMany(what: string): WireError {
  return new WireError({
    code: 'TooManyCalls',
    message: `The request was refused because ${what} on this connection.`,
    hint: 'Wait for some of them to finish, or end them.',
  });
}

function lagged(topic: string, pendingMax: number): WireError {
  return new WireError({
    code: 'SubscriptionLagged',
    message: `The subscription to "${topic}" was ended because ${pendingMax} events were waiting.`,
    hint: 'Subscribe again.',
  });
}

/** Names from the wire are repeated in messages, never at a length the page chooses. */
function clip(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name;
}
