/*
 * Errors between owner and guest. An expected failure crosses whole: code, message, hint, details, span and findings.
 * A fault of the owner's program crosses as `OwnerFailed`, without its stack.
 */
import { WireError, type WireErrorShape, type WireValue } from '#contract';
import type { Diagnostic } from '#engine/aql';
import { AuroraError, type ErrorCode } from '../errors.ts';

const detailDepthMax = 8;
const detailItemsMax = 1_000;
const detailLengthMax = 10_000;

export function toErrorShape(error: unknown): WireErrorShape {
  if (error instanceof WireError) return error.toShape();
  if (!(error instanceof AuroraError)) {
    return {
      code: 'OwnerFailed',
      message: `Something went wrong inside the process that owns the database: ${clip(String(error))}`,
    };
  }
  const { code, message, hint, span, diagnostics } = error;
  return {
    code,
    message,
    details: toDetails(error.details),
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

function toDetails(details: Readonly<Record<string, unknown>>): { [key: string]: WireValue } {
  const entries = Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .slice(0, detailItemsMax);
  return Object.fromEntries(entries.map(([key, value]) => [key, toDetail(value, 1)]));
}

/** A detail as plain data within bounds: what is too deep, too long or no data is cut or told as text. */
function toDetail(value: unknown, depth: number): WireValue {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return clip(value);
  if (typeof value !== 'object' || depth >= detailDepthMax) return clip(String(value));
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) {
    return value.slice(0, detailItemsMax).map((item) => toDetail(item, depth + 1));
  }
  const entries = Object.entries(value).slice(0, detailItemsMax);
  return Object.fromEntries(entries.map(([key, item]) => [key, toDetail(item, depth + 1)]));
}

function clip(text: string): string {
  return text.length > detailLengthMax ? `${text.slice(0, detailLengthMax)}…` : text;
}
