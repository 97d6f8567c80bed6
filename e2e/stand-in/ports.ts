import { KnownEvents, strict } from './strict.ts';

/** What a port is connected to: its twin in this process, or a port in a page. */
interface Peer {
  deliver(data: unknown): void;
  closed(): void;
}

/** MessagePortMain: queues until `start()`, tells once when the other side is gone, and never of its own closing. */
export class StandInPort extends KnownEvents {
  /** Set by the pair or by the relay, never by the code under test. */
  peer: Peer | undefined;
  isTransferred = false;
  started = false;
  ended = false;
  queue: unknown[] = [];

  constructor() {
    super('MessagePortMain', ['message', 'close']);
  }

  start(): void {
    this.started = true;
    for (const data of this.queue.splice(0)) this.emit('message', { data, ports: [] });
  }

  postMessage(data: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0) throw new Error('The stand-in relays no ports inside ports');
    if (this.isTransferred) throw new Error('A transferred port cannot send');
    if (!this.ended) this.peer?.deliver(structuredClone(data));
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.peer?.closed();
  }

  /** The other side sent something. */
  deliver(data: unknown): void {
    if (this.ended) return;
    if (this.started) queueMicrotask(() => this.emit('message', { data, ports: [] }));
    else this.queue.push(data);
  }

  /** The other side is gone. */
  closed(): void {
    if (this.ended) return;
    this.ended = true;
    queueMicrotask(() => this.emit('close'));
  }
}

/** MessageChannelMain: two ports of this process, of which one is usually transferred to a page. */
export class MessageChannelMain {
  readonly port1: StandInPort;
  readonly port2: StandInPort;

  constructor() {
    const first = new StandInPort();
    const second = new StandInPort();
    first.peer = second;
    second.peer = first;
    this.port1 = strict('MessagePortMain', first);
    this.port2 = strict('MessagePortMain', second);
  }
}

export type ToPage =
  | { readonly kind: 'port-message'; readonly port: number; readonly data: unknown }
  | { readonly kind: 'port-close'; readonly port: number };

/** Connects the twins of transferred ports with real MessagePorts in one page. */
export class PortRelay {
  readonly #send: (message: ToPage) => void;
  readonly #twins = new Map<number, StandInPort>();
  #nextPort = 1;

  constructor(send: (message: ToPage) => void) {
    this.#send = send;
  }

  /** Gives the number under which the page knows the port from now on. */
  transfer(port: unknown): number {
    if (!(port instanceof StandInPort))
      throw new Error('Only a MessagePortMain can be transferred');
    if (port.isTransferred) throw new Error('The port was transferred already');
    const twin = port.peer;
    if (!(twin instanceof StandInPort)) throw new Error('The port has no other end');
    port.isTransferred = true;
    const number = this.#nextPort++;
    this.#twins.set(number, twin);
    twin.peer = {
      deliver: (data) => this.#send({ kind: 'port-message', port: number, data }),
      closed: () => {
        this.#twins.delete(number);
        this.#send({ kind: 'port-close', port: number });
      },
    };
    return number;
  }

  receive(message: ToPage): void {
    const twin = this.#twins.get(message.port);
    if (message.kind === 'port-message') {
      twin?.deliver(message.data);
    } else {
      this.#twins.delete(message.port);
      twin?.closed();
    }
  }

  /** The page is gone, and its ports with it. */
  closeAll(): void {
    for (const twin of this.#twins.values()) twin.closed();
    this.#twins.clear();
  }
}
