import type { Channel, ChannelListener } from '#contract';

/** A channel over a MessagePort. Messages that come before `receive` wait in the port, which starts only then. */
export function portChannel<Outgoing, Incoming>(port: MessagePort): Channel<Outgoing, Incoming> {
  let listener: ChannelListener<Incoming> | undefined;
  let isClosed = false;
  const end = (reason: string) => {
    if (isClosed) return;
    isClosed = true;
    port.close();
    listener?.closed(reason);
  };
  return {
    post: (message) => {
      if (!isClosed) port.postMessage(message);
    },
    receive: (next) => {
      listener = next;
      // The port carries what the protocol end on the other side posts; the Caller checks each envelope.
      port.addEventListener('message', (event) => next.message(event.data as Incoming));
      port.addEventListener('close', () => end('The host closed the port.'));
      port.start();
    },
    close: () => end('The page closed the port.'),
  };
}
