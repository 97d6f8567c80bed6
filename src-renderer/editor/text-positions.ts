/* The one place where offsets of the language service and lines and columns of Monaco meet. */
import type { editor, IPosition, IRange } from 'monaco-editor/editor';
import type { Span } from '#engine/aql';

/** What of a text model the conversions need. */
export type PositionModel = Pick<
  editor.ITextModel,
  'getOffsetAt' | 'getPositionAt' | 'getValueLength'
>;

export function offsetAt(model: PositionModel, position: IPosition): number {
  return model.getOffsetAt(position);
}

export function spanOfRange(model: PositionModel, range: IRange): Span {
  return {
    start: model.getOffsetAt({ lineNumber: range.startLineNumber, column: range.startColumn }),
    end: model.getOffsetAt({ lineNumber: range.endLineNumber, column: range.endColumn }),
  };
}

export function rangeOfSpan(model: PositionModel, span: Span): IRange {
  const start = model.getPositionAt(span.start);
  const end = model.getPositionAt(span.end);
  return {
    startLineNumber: start.lineNumber,
    startColumn: start.column,
    endLineNumber: end.lineNumber,
    endColumn: end.column,
  };
}

/** The range to mark for a finding: one that is empty, such as the end of the text, takes the character before it. */
export function markedRange(model: PositionModel, span: Span): IRange {
  const length = model.getValueLength();
  const end = Math.min(Math.max(span.end, span.start), length);
  const start = Math.min(span.start, end);
  if (start < end) return rangeOfSpan(model, { start, end });
  return start > 0
    ? rangeOfSpan(model, { start: start - 1, end })
    : rangeOfSpan(model, { start, end: Math.min(1, length) });
}

/**
 * The lines of a folding range. A block ends above the line of its closing bracket, which stays visible; `undefined`
 * when nothing is left to hide.
 */
export function foldedLines(
  model: PositionModel,
  span: Span,
  kind: 'block' | 'comment',
): { readonly start: number; readonly end: number } | undefined {
  const start = model.getPositionAt(span.start).lineNumber;
  const last = model.getPositionAt(span.end).lineNumber;
  const end = kind === 'block' ? last - 1 : last;
  return end > start ? { start, end } : undefined;
}
