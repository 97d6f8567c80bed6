/** One end of a transport: a port, a socket, or a pair in one process. Messages arrive whole and in order. */
export interface Channel<Outgoing, Incoming> {
  post(message: Outgoing): void;
  /** Sets the one receiver; messages that came earlier are delivered to it first. */
  receive(listener: ChannelListener<Incoming>): void;
  close(): void;
}

export interface ChannelListener<Incoming> {
  message(message: Incoming): void;
  /** Called once when the other end is gone or `close` was called; nothing comes after it. */
  closed(reason: string): void;
}
