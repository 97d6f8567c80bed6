/* The parts of a run as they cross; only a failure has another form there than inside the engine. */
import type { WireErrorShape } from '#contract';
import type { Span } from '#engine/aql';
import type { RunFailure, RunPart } from '../exec/run-part.ts';
import { fromErrorShape, toErrorShape } from './wire-error.ts';

export type WirePart =
  | Exclude<RunPart, RunFailure>
  | { readonly kind: 'failed'; readonly error: WireErrorShape; readonly span?: Span };

export function toWirePart(part: RunPart): WirePart {
  return part.kind === 'failed' ? { ...part, error: toErrorShape(part.error) } : part;
}

export function fromWirePart(part: WirePart): RunPart {
  return part.kind === 'failed' ? { ...part, error: fromErrorShape(part.error) } : part;
}
