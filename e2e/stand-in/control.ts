/*
 * The test's line to the stand-in, over the IPC channel of the process: commands come in and are answered, events go
 * out. Run by hand, without such a channel, there is nobody to tell.
 */

export type StandInEvent =
  | {
      readonly event: 'window';
      readonly targetId: string;
      readonly endpoint: string;
      /** Outlives a main process that is killed; the test ends it then. */
      readonly browserPid: number;
      readonly profile: string;
    }
  | { readonly event: 'navigation-blocked'; readonly url: string }
  | { readonly event: 'window-denied'; readonly url: string }
  | { readonly event: 'preload-error'; readonly message: string }
  | { readonly event: 'problem'; readonly message: string }
  | { readonly event: 'lost'; readonly message: string };

export type StandInCommand =
  | { readonly command: 'click-menu'; readonly path: readonly string[] }
  | { readonly command: 'answer-dialog'; readonly paths: readonly string[] }
  | { readonly command: 'ask-permission'; readonly permission: string }
  | { readonly command: 'second-instance'; readonly data: unknown }
  | { readonly command: 'close-window' }
  | { readonly command: 'quit' };

export interface Control {
  tell(event: StandInEvent): void;
  onCommand(listener: (command: StandInCommand) => unknown): void;
}

export interface StandInReply {
  readonly reply: number;
  readonly value?: unknown;
  readonly error?: string;
}

export function createControl(): Control {
  const send = (message: StandInEvent | StandInReply) => process.send?.(message);
  return {
    tell: (event) => send(event),
    onCommand: (listener) => {
      process.on('message', (message: { readonly id: number } & StandInCommand) => {
        Promise.resolve(message)
          .then(listener)
          .then(
            (value) => send({ reply: message.id, value }),
            (error: unknown) => send({ reply: message.id, error: String(error) }),
          );
      });
      // A test that is gone leaves nothing behind.
      process.on('disconnect', () => process.exit(1));
    },
  };
}
