/*
 * A channel over a stream socket. A message is one frame:
 *
 *   ┌────────────────────────────┬───────────────────────┐
 *   │ length, 4 bytes big-endian │ that many bytes, JSON │
 *   └────────────────────────────┴───────────────────────┘
 *
 * The other end is not trusted: a length of zero or above the bound, or bytes that are no JSON, end the channel before
 * anything is kept of them, and memory is taken only for bytes that came. An end that does not take what is sent to it
 * is not listened to either, so that its calls do not pile up answers.
 */
import type { Socket } from 'node:net';
import type { Channel, ChannelListener } from '#contract';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';

const headerBytes = 4;
/** How long the other end has for taking what was posted before the channel was closed. */
const farewellMs = 2_000;

export interface FrameChannel<Outgoing, Incoming> extends Channel<Outgoing, Incoming> {
  /** Largest incoming message from now on. */
  allow(messageBytesMax: number): void;
  /** When something last arrived, by `performance.now`. */
  readonly receivedAt: number;
  /** Since when the other end has taken nothing of what waits for it; `undefined` when nothing waits. */
  readonly stalledSince: number | undefined;
  /** Ends it at once, whatever waits. */
  destroy(reason: string): void;
}

export function createFrameChannel<Outgoing, Incoming>(
  socket: Socket,
  options: { readonly messageBytesMax: number },
): FrameChannel<Outgoing, Incoming> {
  return new SocketFrames<Outgoing, Incoming>(socket, options.messageBytesMax);
}

class SocketFrames<Outgoing, Incoming> implements FrameChannel<Outgoing, Incoming> {
  readonly #socket: Socket;
  readonly #reader: FrameReader;
  readonly #waiting: Incoming[] = [];
  readonly #drained: (() => void)[] = [];
  #listener: ChannelListener<Incoming> | undefined;
  #closedReason: string | undefined;
  #receivedAt = performance.now();
  #writesPending = 0;
  #takenAt = 0;

  constructor(socket: Socket, messageBytesMax: number) {
    this.#socket = socket;
    this.#reader = new FrameReader(messageBytesMax);
    socket.on('data', (chunk: Buffer) => this.#receiveBytes(chunk));
    // An error is followed by close; what it says is the better reason.
    socket.on('error', (error) => this.#close(error.message));
    socket.on('close', () => this.#close('The other end of the socket is gone.'));
    socket.on('end', () => this.destroy('The other end closed the socket.'));
    socket.on('drain', () => this.#drain());
  }

  get receivedAt(): number {
    return this.#receivedAt;
  }

  get stalledSince(): number | undefined {
    return this.#writesPending === 0 ? undefined : this.#takenAt;
  }

  allow(messageBytesMax: number): void {
    this.#reader.messageBytesMax = messageBytesMax;
  }

  /** @throws AuroraError `LimitExceeded` for a message that no other end would take; the channel stays. */
  post(message: Outgoing): void {
    if (this.#closedReason !== undefined) return;
    const frame = encodeFrame(message);
    if (this.#writesPending === 0) this.#takenAt = performance.now();
    this.#writesPending += 1;
    this.#socket.write(frame, () => {
      this.#writesPending -= 1;
      this.#takenAt = performance.now();
    });
    if (this.#socket.writableLength > limits.remoteUnreadBytesMax) this.#socket.pause();
  }

  receive(listener: ChannelListener<Incoming>): void {
    this.#listener = listener;
    for (const message of this.#waiting.splice(0)) listener.message(message);
    if (this.#closedReason !== undefined) listener.closed(this.#closedReason);
  }

  close(): void {
    if (this.#closedReason !== undefined) return;
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), farewellMs).unref();
    this.#close('The channel was closed here.');
  }

  destroy(reason: string): void {
    this.#close(reason);
    this.#socket.destroy();
  }

  async ready(): Promise<void> {
    while (
      this.#closedReason === undefined &&
      this.#socket.writableLength > limits.remoteEventsBufferedBytesMax
    ) {
      await new Promise<void>((resolve) => this.#drained.push(resolve));
    }
  }

  #receiveBytes(chunk: Buffer): void {
    this.#receivedAt = performance.now();
    this.#reader.add(chunk);
    while (this.#closedReason === undefined) {
      const step = this.#reader.next();
      if (step.kind === 'none') return;
      if (step.kind === 'bad') this.destroy(step.reason);
      else this.#deliver(step.message);
    }
  }

  #deliver(message: unknown): void {
    // The peer that receives it decodes the message; the type says what a well-behaved other end sends.
    const incoming = message as Incoming;
    if (this.#listener === undefined) this.#waiting.push(incoming);
    else this.#listener.message(incoming);
  }

  #drain(): void {
    this.#socket.resume();
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  #close(reason: string): void {
    if (this.#closedReason !== undefined) return;
    this.#closedReason = reason;
    for (const resolve of this.#drained.splice(0)) resolve();
    this.#listener?.closed(reason);
  }
}

function encodeFrame(message: unknown): Buffer {
  const text = JSON.stringify(message);
  const length = Buffer.byteLength(text);
  if (length > limits.remoteMessageBytesMax) {
    throw new AuroraError(
      'LimitExceeded',
      `A message of ${length} bytes is more than may pass between two processes.`,
      {
        details: { bytes: length, bytesMax: limits.remoteMessageBytesMax },
        hint: 'Do it in the process that owns the database, or in smaller pieces.',
      },
    );
  }
  const frame = Buffer.allocUnsafe(headerBytes + length);
  frame.writeUInt32BE(length, 0);
  frame.write(text, headerBytes);
  return frame;
}

type FrameStep =
  | { readonly kind: 'none' }
  | { readonly kind: 'message'; readonly message: unknown }
  | { readonly kind: 'bad'; readonly reason: string };

/** Cuts a stream of bytes into messages. */
class FrameReader {
  messageBytesMax: number;
  #chunks: Buffer[] = [];
  #byteCount = 0;

  constructor(messageBytesMax: number) {
    this.messageBytesMax = messageBytesMax;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#byteCount += chunk.length;
  }

  next(): FrameStep {
    if (this.#byteCount < headerBytes) return { kind: 'none' };
    const [first] = this.#chunks;
    const header = first !== undefined && first.length >= headerBytes ? first : this.#joined();
    const length = header.readUInt32BE(0);
    if (length === 0 || length > this.messageBytesMax) {
      return { kind: 'bad', reason: `The other end sent a message of ${length} bytes.` };
    }
    if (this.#byteCount < headerBytes + length) return { kind: 'none' };
    const bytes = this.#joined();
    const text = bytes.toString('utf8', headerBytes, headerBytes + length);
    this.#byteCount -= headerBytes + length;
    this.#chunks = this.#byteCount === 0 ? [] : [bytes.subarray(headerBytes + length)];
    try {
      return { kind: 'message', message: JSON.parse(text) };
    } catch {
      return { kind: 'bad', reason: 'The other end sent something that is no JSON.' };
    }
  }

  #joined(): Buffer {
    const [first] = this.#chunks;
    const joined =
      first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}
