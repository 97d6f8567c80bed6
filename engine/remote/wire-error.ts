/*
 * Errors between owner and guest. An expected failure crosses whole: code, message, hint, details, span and findings.
 * A fault of the owner's program crosses as `OwnerFailed`, without its stack.
 */
import { clippedText, toWireDetails, WireError, type WireErrorShape } from '#contract';
import type { Diagnostic } from '#engine/aql';
import { AuroraError, type ErrorCode } from '../errors.ts';

const detailItemsMax = 1_000;

export function toErrorShape(error: unknown): WireErrorShape {
  if (error instanceof WireError) return error.toShape();
  if (!(error instanceof AuroraError)) {
    return {
      code: 'OwnerFailed',
      message: `Something went wrong inside the process that owns the database: ${clippedText(String(error))}`,
    };
  }
  const { code, message, hint, span, diagnostics } = error;
  return {
    code,
    message,
    details: toWireDetails(error.details, detailItemsMax),
    ...(hint === undefined ? {} : { hint }),
    ...(span === undefined ? {} : { span }),
    ...(diagnostics.length === 0 ? {} : { diagnostics }),
  };
}

/** What an owner's refusal means to the guest's caller. */
export function fromErrorShape(shape: WireErrorShape): AuroraError {
  const { hint, details, span, diagnostics } = shape;
  return new AuroraError(codeOf(shape.code), shape.message, {
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined ? {} : { details }),
    ...(span === undefined ? {} : { span }),
    // An owner of the same protocol version gives findings as the language gives them.
    ...(diagnostics === undefined ? {} : { diagnostics: diagnostics as readonly Diagnostic[] }),
  });
}

/** Codes of the wire itself that a guest's caller cannot know; an owner may know engine codes that a guest does not. */
function codeOf(code: string): ErrorCode {
  switch (code) {
    case 'UnknownMethod':
    case 'UnknownTopic':
    case 'InvalidParams':
    case 'Internal':
    case 'SubscriptionLagged':
    case 'CursorNotFound':
      return 'OwnerFailed';
    case 'TooManyCalls':
      return 'LimitExceeded';
    default:
      return code as ErrorCode;
  }
}
