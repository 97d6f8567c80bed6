import type { Channel, ClientMessage, HostMessage } from '#contract';

/** The page's way to its host: opens a fresh channel each time it is asked, also after one was lost. */
export interface HostDoor {
  readonly kind: 'desktop' | 'browser';
  /** @throws HostFailure saying why there is no channel. */
  open(): Promise<Channel<ClientMessage, HostMessage>>;
}

/** Why the page has no host. `no-session` and `refused` do not end by trying again; `gone` may. */
export type HostFailureReason = 'no-session' | 'gone' | 'refused';

export class HostFailure extends Error {
  readonly reason: HostFailureReason;

  constructor(
    message: string,
    options: { readonly reason: HostFailureReason; readonly cause?: unknown },
  ) {
    super(message, options);
    this.name = 'HostFailure';
    this.reason = options.reason;
  }
}
