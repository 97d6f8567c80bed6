/*
 * The owner's side of the socket in a database's folder: lets guests in, one session each, within a bound, and sees that
 * those that are gone do not stay. Whoever can open the socket is the same user; what comes over it is checked all the
 * same, and a guest that misbehaves loses its connection and nothing else.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { HostMessage } from '#contract';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { createFrameChannel } from './frame-channel.ts';
import { type GuestHost, GuestSession } from './guest-session.ts';
import { listenFor, type OwnSocket, removeStaleSocket } from './socket-address.ts';
import { toErrorShape } from './wire-error.ts';

const checkMs = 1_000;
/** A round that comes so late was held up by this process itself, which says nothing about its guests. */
const lateMs = 5_000;

export interface OwnerService {
  /** What guests connect to. */
  readonly address: string;
  readonly guestCount: number;
  /** Ends all guests and stops listening; resolves when nothing of theirs is under way. */
  close(): Promise<void>;
}

/** Serves the guests of a database whose lock this process holds. @throws what the system says when it cannot listen */
export async function startOwnerService(folder: string, host: GuestHost): Promise<OwnerService> {
  const server = createServer();
  if (host.staleAddress !== undefined) removeStaleSocket(host.staleAddress);
  try {
    const socket = await listenFor(server, folder, host.token);
    return new ListeningService(server, socket, host);
  } catch (error) {
    // It may listen already, under a name that nobody learns; that would keep the program from ending.
    server.close();
    throw error;
  }
}

class ListeningService implements OwnerService {
  readonly address: string;
  readonly #server: Server;
  readonly #socket: OwnSocket;
  readonly #host: GuestHost;
  readonly #sessions = new Set<GuestSession>();
  readonly #timer: NodeJS.Timeout;
  #checkedAt = performance.now();

  constructor(server: Server, socket: OwnSocket, host: GuestHost) {
    this.address = socket.address;
    this.#server = server;
    this.#socket = socket;
    this.#host = host;
    server.on('connection', (connection) => this.#accept(connection));
    // A connection that the system could not accept concerns its guest, which is told by its own end.
    server.on('error', () => undefined);
    // Guests do not keep a program running that has nothing else to do.
    server.unref();
    this.#timer = setInterval(() => this.#check(), checkMs);
    this.#timer.unref();
  }

  get guestCount(): number {
    return [...this.#sessions].filter(({ isAttached }) => isAttached).length;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#socket.remove();
    await Promise.all([...this.#sessions].map((session) => session.close()));
    // The server waits for connections that were refused as well; those end by themselves, soon.
    await Promise.race([closed, settledSoon()]);
  }

  #accept(connection: Socket): void {
    connection.unref();
    if (this.#sessions.size >= limits.guestsMax) {
      refuse(connection);
      return;
    }
    const session = new GuestSession(connection, this.#host, () => this.#sessions.delete(session));
    this.#sessions.add(session);
  }

  /** Without its lock, the next process to open the folder would believe that nobody owns it. */
  #keepLock(): void {
    try {
      this.#host.keepLock();
    } catch {
      // As long as the folder cannot be written to, nobody else can take the lock either. The next round tries again.
    }
  }

  #check(): void {
    const now = performance.now();
    const isLate = now - this.#checkedAt > lateMs;
    this.#checkedAt = now;
    this.#keepLock();
    if (isLate) return;
    for (const session of this.#sessions) session.check(now);
  }
}

function refuse(connection: Socket): void {
  const channel = createFrameChannel<HostMessage, never>(connection, {
    messageBytesMax: limits.remoteGreetingBytesMax,
  });
  const error = toErrorShape(
    new AuroraError(
      'DatabaseLocked',
      `Process ${process.pid} owns the database and has ${limits.guestsMax} guests, as many as it takes.`,
      { details: { pid: process.pid, guestsMax: limits.guestsMax }, hint: 'Close one of them.' },
    ),
  );
  channel.post({ type: 'refused', error });
  channel.close();
}

function settledSoon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
