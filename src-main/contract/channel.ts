/** One end of a transport: a port, a socket, or a pair in one process. Messages arrive whole and in order. */
export interface Channel<Outgoing, Incoming> {
  /** Sends a message; after the channel closed it does nothing. */
  post(message: Outgoing): void;
  /** Sets the one receiver; messages that came earlier are delivered to it first. */
  receive(listener: ChannelListener<Incoming>): void;
  /** Messages posted before are still delivered. */
  close(): void;
  /**
   * Resolves when the transport can take more without piling up; absent where it always can. Only events wait for it:
   * results are bounded already, because they are pulled.
   */
  ready?(): Promise<void>;
}

export interface ChannelListener<Incoming> {
  message(message: Incoming): void;
  /** Called once when the other end is gone or `close` was called; nothing comes after it. */
  closed(reason: string): void;
}
