/*
 * A guest's connection to the process that owns a database, from attaching to the moment it is lost. It is lost when
 * the socket closes, which the system sees to when the owner dies, and when the owner gives no sign of life for too
 * long although it was asked: a process can hang without dying.
 */
import { connect, type Socket } from 'node:net';
import { Caller, type ClientMessage, type HostMessage, WireError } from '#contract';
import { AuroraError } from '../errors.ts';
import { cancellationOf } from '../exec/drain.ts';
import { limits } from '../limits.ts';
import type { LockOwner } from '../storage/owner-lock.ts';
import { createFrameChannel, type FrameChannel } from './frame-channel.ts';
import { type GuestMethods, type GuestTopics, guestProtocolVersion } from './guest-protocol.ts';
import { fromErrorShape } from './wire-error.ts';

/** Calls that are under way at a time; further ones wait. Below what an owner refuses. */
const callsInFlightMax = 1_024;

export interface OwnerConnectionOptions {
  readonly readOnly: boolean;
  /** How long an owner may give no sign of life. */
  readonly silentMsMax: number;
}

export type AttachOutcome =
  | { readonly kind: 'attached'; readonly connection: OwnerConnection }
  /** Nobody answers there, or somebody else than the lock says; the lock is to be read again. */
  | { readonly kind: 'unreachable'; readonly reason: string };

export class OwnerConnection {
  readonly pid: number;
  /** True when the owner opened the database read-only. */
  readonly isReadOnly: boolean;
  readonly #socket: Socket;
  readonly #channel: FrameChannel<ClientMessage, HostMessage>;
  readonly #caller: Caller<GuestMethods, GuestTopics>;
  readonly #waiting: (() => void)[] = [];
  readonly #silentMsMax: number;
  #inFlight = 0;
  #pingTimer: NodeJS.Timeout | undefined;
  #checkedAt = performance.now();

  /** @throws AuroraError `DatabaseLocked` when the owner refuses: it speaks another version, or has too many guests */
  static async attach(owner: LockOwner, options: OwnerConnectionOptions): Promise<AttachOutcome> {
    const { socket: address } = owner;
    if (typeof address !== 'string') return { kind: 'unreachable', reason: 'It serves no guests.' };
    const socket = await connectTo(address, options.silentMsMax);
    if (!('channel' in socket)) return { kind: 'unreachable', reason: socket.reason };
    const { channel } = socket;
    const caller = new Caller<GuestMethods, GuestTopics>(channel, {
      client: 'guest',
      protocol: guestProtocolVersion,
    });
    const timer = setTimeout(
      () => channel.destroy('The owner does not answer.'),
      options.silentMsMax,
    );
    try {
      await caller.connect();
      const { readOnly } = options;
      const params = { token: owner.token, readOnly, pid: process.pid };
      const facts = await caller.call('database.attach', params);
      const parts = { socket: socket.socket, channel, caller };
      return { kind: 'attached', connection: new OwnerConnection(parts, facts, options) };
    } catch (error) {
      channel.destroy('It did not come to attaching.');
      return explainRefusal(owner, error);
    } finally {
      clearTimeout(timer);
    }
  }

  private constructor(
    parts: {
      readonly socket: Socket;
      readonly channel: FrameChannel<ClientMessage, HostMessage>;
      readonly caller: Caller<GuestMethods, GuestTopics>;
    },
    facts: { readonly pid: number; readonly isReadOnly: boolean },
    options: OwnerConnectionOptions,
  ) {
    this.pid = facts.pid;
    this.isReadOnly = facts.isReadOnly;
    this.#socket = parts.socket;
    this.#channel = parts.channel;
    this.#caller = parts.caller;
    this.#silentMsMax = options.silentMsMax;
    // Only calls keep a program running; a guest that waits for nothing does not.
    this.#socket.unref();
    this.#pingTimer = setInterval(() => this.#ping(), limits.ownerPingMs);
    this.#pingTimer.unref();
    this.#caller.onClosed(() => this.#stop());
  }

  get isLost(): boolean {
    return !this.#caller.isConnected;
  }

  /** Calls the listener once when the connection is lost, also when it is closed here. */
  onLost(listener: (reason: string) => void): void {
    this.#caller.onClosed(listener);
  }

  /**
   * Calls a method of the owner. A write that is cancelled waits for the owner's answer, because it may be done.
   * @throws AuroraError the owner's, `OwnerLost`, `Cancelled`, `Timeout`
   */
  async call<M extends keyof GuestMethods>(
    method: M,
    params: GuestMethods[M]['params'],
    options: { readonly signal?: AbortSignal | undefined; readonly isWrite?: boolean } = {},
  ): Promise<GuestMethods[M]['result']> {
    const { signal, isWrite = false } = options;
    await this.#enter();
    try {
      return await this.#caller.call(method, params, {
        awaitsAnswer: isWrite,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      throw this.#explain(error, signal, isWrite);
    } finally {
      this.#leave();
    }
  }

  /** Subscribes to a topic and gives the function that unsubscribes. */
  subscribe<T extends keyof GuestTopics>(
    topic: T,
    params: GuestTopics[T]['params'],
    onEvent: (event: GuestTopics[T]['event']) => void,
    onEnded: (error: AuroraError | undefined) => void,
  ): () => void {
    try {
      return this.#caller.subscribe(topic, params, onEvent, (error) =>
        onEnded(error === undefined ? undefined : this.#explain(error, undefined, false)),
      );
    } catch (error) {
      onEnded(this.#explain(error, undefined, false));
      return () => undefined;
    }
  }

  /** Keeps the program running until the returned function is called. */
  holdOpen(): () => void {
    this.#ref(1);
    let isHeld = true;
    return () => {
      if (isHeld) this.#ref(-1);
      isHeld = false;
    };
  }

  close(): void {
    this.#caller.close();
    this.#stop();
  }

  /** Waits for its turn when many calls are under way. */
  async #enter(): Promise<void> {
    if (this.#inFlight >= callsInFlightMax) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      return;
    }
    this.#ref(1);
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#ref(-1);
    else next();
  }

  #ref(change: 1 | -1): void {
    this.#inFlight += change;
    // A socket that is gone would note every call, to make up for it when it connects.
    if (this.#socket.destroyed) return;
    if (this.#inFlight === 0) this.#socket.unref();
    else this.#socket.ref();
  }

  #ping(): void {
    const now = performance.now();
    // A round that comes late was held up by this process itself.
    const isLate = now - this.#checkedAt > 2 * limits.ownerPingMs;
    this.#checkedAt = now;
    const silentMs = now - this.#channel.receivedAt;
    if (silentMs < limits.ownerPingMs / 2) return;
    if (silentMs > this.#silentMsMax && !isLate) {
      this.#channel.destroy(`Process ${this.pid} does not answer.`);
      return;
    }
    // The answer only has to arrive; that it does not is noticed here.
    this.#caller.call('owner.ping', {}).catch(() => undefined);
  }

  #stop(): void {
    clearInterval(this.#pingTimer);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #explain(error: unknown, signal: AbortSignal | undefined, isWrite: boolean): AuroraError {
    if (!(error instanceof WireError)) {
      if (error instanceof AuroraError) return error;
      throw error;
    }
    // What an owner says while it closes the database concerns the owner; for the guest it is going away.
    if (error.code === 'Disconnected' || error.code === 'DatabaseClosed') {
      return ownerLost(this.pid, isWrite, error);
    }
    if (error.code !== 'Cancelled' || signal?.aborted !== true)
      return fromErrorShape(error.toShape());
    const cancelled = cancellationOf(
      new AuroraError('Cancelled', 'The operation was cancelled.', { cause: signal.reason }),
    );
    return cancelled instanceof AuroraError ? cancelled : fromErrorShape(error.toShape());
  }
}

/** What calls get that were under way when the owner was lost. */
export function ownerLost(pid: number | undefined, isWrite: boolean, cause: unknown): AuroraError {
  const outcome = isWrite ? ' Whether the write was done is not known.' : '';
  const who = pid === undefined ? 'The process' : `Process ${pid}`;
  return new AuroraError(
    'OwnerLost',
    `${who}, which owned the database, is gone or does not answer.${outcome}`,
    {
      cause,
      details: { ...(pid === undefined ? {} : { pid }), outcome: isWrite ? 'unknown' : 'notDone' },
      hint: isWrite ? 'Look whether it was done before doing it again.' : 'Try again.',
    },
  );
}

interface Connected {
  readonly socket: Socket;
  readonly channel: FrameChannel<ClientMessage, HostMessage>;
}

function connectTo(
  address: string,
  timeoutMs: number,
): Promise<Connected | { readonly reason: string }> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const timer = setTimeout(() => fail('It does not accept connections.'), timeoutMs);
    const fail = (reason: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ reason });
    };
    const refused = (error: Error) => fail(error.message);
    socket.once('error', refused);
    socket.once('connect', () => {
      clearTimeout(timer);
      const channel = createFrameChannel<ClientMessage, HostMessage>(socket, {
        messageBytesMax: limits.remoteMessageBytesMax,
      });
      socket.off('error', refused);
      resolve({ socket, channel });
    });
  });
}

/** An owner that refuses, told apart from one that is gone. @throws AuroraError `DatabaseLocked` */
function explainRefusal(owner: LockOwner, error: unknown): AttachOutcome {
  if (!(error instanceof WireError)) throw error;
  if (error.code === 'ProtocolMismatch') {
    throw new AuroraError(
      'DatabaseLocked',
      `The database is open in process ${owner.pid}, which runs another version of Aurora.`,
      {
        cause: error,
        details: { pid: owner.pid },
        hint: 'Use the same version, or close it there.',
      },
    );
  }
  const isFull = error.code === 'DatabaseLocked' && error.details['guestsMax'] !== undefined;
  if (isFull) throw fromErrorShape(error.toShape());
  return { kind: 'unreachable', reason: error.message };
}
