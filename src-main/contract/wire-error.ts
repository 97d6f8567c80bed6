import type { WireDiagnostic, WireErrorShape, WireSpan, WireValue } from './wire-types.ts';

/**
 * The codes that peers and services add to those of the engine (engine/errors.ts), with what they mean.
 * A code once released keeps its meaning.
 */
export const wireErrorCodes = {
  Disconnected: 'The channel closed, or was never connected; whether the call ran is not known.',
  ProtocolMismatch:
    'Page and host speak different versions of the protocol, or no hello came first.',
  UnknownMethod: 'The host has no method of this name.',
  UnknownTopic: 'The host has no topic of this name.',
  InvalidParams: 'The parameters do not have the form that the method or topic takes.',
  TooManyCalls: 'The channel has more open calls, subscriptions or cursors than a host allows.',
  SubscriptionLagged:
    'The page did not take the events of a subscription fast enough; it was ended.',
  DatabaseNotOpen: 'No open database has this id.',
  CursorNotFound: 'The run has ended, or was closed because nothing was pulled from it for long.',
  PreviewRequired:
    'The database is marked as production and the text writes, without a valid token of its preview.',
  ImportNotFound: 'The import was closed, or never begun.',
  FileExists: 'There is a saved query of this name already.',
  FileNotFound: 'There is no saved query of this name.',
  FileUnreadable: 'A file that the person has chosen cannot be read any more.',
  NotSupported: 'This host cannot do that; its capabilities say so.',
  Internal: 'A fault of the program. The host logged it under the incident id in the details.',
} as const satisfies Record<string, string>;

export type WireErrorCode = keyof typeof wireErrorCodes;

/** A failure as it came over the wire, or of the wire itself. Branch on `code`, never on the message. */
export class WireError extends Error {
  /** One of `wireErrorCodes` or of the engine's error codes. */
  readonly code: string;
  readonly hint: string | undefined;
  readonly span: WireSpan | undefined;
  readonly details: { readonly [key: string]: WireValue };
  readonly diagnostics: readonly WireDiagnostic[];

  constructor(shape: WireErrorShape, options?: { readonly cause?: unknown }) {
    super(shape.message, options);
    this.name = 'WireError';
    this.code = shape.code;
    this.hint = shape.hint;
    this.span = shape.span;
    this.details = shape.details ?? {};
    this.diagnostics = shape.diagnostics ?? [];
  }

  /** The error as plain data, as it crosses the wire. */
  toShape(): WireErrorShape {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.span === undefined ? {} : { span: this.span }),
      ...(Object.keys(this.details).length === 0 ? {} : { details: this.details }),
      ...(this.diagnostics.length === 0 ? {} : { diagnostics: this.diagnostics }),
    };
  }
}
