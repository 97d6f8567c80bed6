import type { Channel, ChannelListener } from '#contract';

/** A channel over an open WebSocket, one JSON text per message. Messages that come before `receive` are kept for it. */
export function socketChannel<Outgoing, Incoming>(socket: WebSocket): Channel<Outgoing, Incoming> {
  let listener: ChannelListener<Incoming> | undefined;
  let endReason: string | undefined;
  const early: Incoming[] = [];

  const end = (reason: string) => {
    if (endReason !== undefined) return;
    endReason = reason;
    socket.close();
    listener?.closed(reason);
  };
  socket.addEventListener('message', (event) => {
    // The Caller checks each envelope; a host that sends what is no JSON is not ours.
    try {
      const message = JSON.parse(String(event.data)) as Incoming;
      if (listener === undefined) early.push(message);
      else listener.message(message);
    } catch {
      end('The host sent a message that is not JSON.');
    }
  });
  socket.addEventListener('close', (event) =>
    end(event.reason === '' ? 'The connection was lost.' : event.reason),
  );

  return {
    post: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    receive: (next) => {
      listener = next;
      for (const message of early.splice(0)) next.message(message);
      if (endReason !== undefined) next.closed(endReason);
    },
    close: () => end('The page closed the connection.'),
  };
}

/** Opens a WebSocket; rejects when it closes before it opened. */
export function openSocket(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.addEventListener('open', () => resolve(socket), { once: true });
    socket.addEventListener(
      'close',
      (event) => reject(new Error(`The socket closed before it opened (${event.code})`)),
      { once: true },
    );
  });
}
