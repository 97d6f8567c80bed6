/* Errors as the JSON of commands has them. */
import type { AuroraError } from '#engine';
import type { Span } from '#engine/aql';
import { placeIn, positionAt, type SourceOf, type SourceText } from './error-text.ts';

interface ErrorEntry {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Where there are several. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly details?: AuroraError['details'];
}

/** An entry for each finding; `statement` is the place of an error that has none of its own. */
export function errorEntries(
  error: AuroraError,
  source?: SourceText | SourceOf,
  statement?: Span,
): readonly ErrorEntry[] {
  const { code, message, hint, details } = error;
  const span = error.span ?? statement;
  const findings =
    error.diagnostics.length > 0
      ? error.diagnostics.filter((finding) => finding.severity === 'error')
      : [{ code, message, hint, span }];
  const facts = Object.keys(details).length === 0 ? {} : { details };
  return findings.map((finding) => ({
    code: finding.code,
    message: finding.message,
    ...(finding.hint === undefined ? {} : { hint: finding.hint }),
    ...placeEntry(finding.span, source),
    ...facts,
  }));
}

function placeEntry(
  span: Span | undefined,
  source: SourceText | SourceOf | undefined,
): Pick<ErrorEntry, 'file' | 'line' | 'column'> {
  const place = placeIn(span, source);
  if (place === undefined) return {};
  const position = positionAt(place.source.text, place.span.start);
  return typeof source === 'function' ? { file: place.source.name, ...position } : position;
}
