import type { WebSocket } from 'ws';
import type { Channel, ChannelListener } from '#contract';

/*
 * A channel over a WebSocket of `ws`: one JSON text per message. The size of incoming messages is bounded by the
 * server's `maxPayload`. A page that takes nothing is not listened to either, so that its calls do not pile up answers
 * in memory. A ping goes out every heartbeat; a page that did not answer the one before is gone, which
 * no closed TCP connection would tell when its machine fell asleep.
 */

export interface SocketChannelOptions {
  /** Time between two pings; 30 seconds when left out. */
  readonly heartbeatMs?: number;
  /** Bytes that may wait in the socket before events are held back; 1 MiB when left out. */
  readonly bufferedBytesMax?: number;
}

/** Bytes that may wait in the socket before its messages are not read any more; some full batches of rows. */
const unreadBytesMax = 16 << 20;

/** How often a congested socket is looked at: `ws` tells how much is buffered, but not when it drained. */
const drainPollMs = 10;

export function createSocketChannel<Outgoing, Incoming>(
  socket: WebSocket,
  options: SocketChannelOptions = {},
): Channel<Outgoing, Incoming> {
  const { heartbeatMs = 30_000, bufferedBytesMax = 1 << 20 } = options;
  const waiting: Incoming[] = [];
  let listener: ChannelListener<Incoming> | undefined;
  let closedReason: string | undefined;

  const close = (reason: string) => {
    if (closedReason !== undefined) return;
    closedReason = reason;
    stopHeartbeat();
    listener?.closed(reason);
  };
  const stopHeartbeat = startHeartbeat(socket, heartbeatMs);
  const drainedTo = async (bytesMax: number) => {
    while (closedReason === undefined && socket.bufferedAmount > bytesMax) {
      await new Promise((resolve) => setTimeout(resolve, drainPollMs));
    }
  };

  socket.on('message', (data, isBinary) => {
    if (closedReason !== undefined) return;
    const message = isBinary ? undefined : parseMessage<Incoming>(data.toString());
    if (message === undefined) {
      socket.close(1003, 'Messages are JSON text.');
      close('The other end sent something that is no JSON text.');
    } else if (listener === undefined) waiting.push(message);
    else listener.message(message);
  });
  // An error, such as a message above the size limit, is the end: the socket closes itself after it.
  socket.on('error', (error) => close(error.message));
  socket.on('close', (code, reason) => close(reason.toString() || `Code ${code}.`));

  return {
    post: (message) => {
      if (closedReason !== undefined) return;
      socket.send(JSON.stringify(message));
      if (socket.bufferedAmount <= unreadBytesMax || socket.isPaused) return;
      socket.pause();
      void drainedTo(bufferedBytesMax).then(() => socket.resume());
    },
    receive: (receiver) => {
      listener = receiver;
      for (const message of waiting.splice(0)) receiver.message(message);
      if (closedReason !== undefined) receiver.closed(closedReason);
    },
    close: () => {
      socket.close(1000);
      close('The channel was closed here.');
    },
    ready: () => drainedTo(bufferedBytesMax),
  };
}

/** The message, or undefined when the text is no JSON. Its form is checked by the peer that receives it. */
function parseMessage<Incoming>(text: string): Incoming | undefined {
  try {
    return JSON.parse(text) as Incoming;
  } catch {
    return undefined;
  }
}

function startHeartbeat(socket: WebSocket, heartbeatMs: number): () => void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) {
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
  }, heartbeatMs);
  timer.unref();
  return () => clearInterval(timer);
}
