import { AuroraError } from '#engine';
import type { Span } from '#engine/aql';
import { displayWidth } from './display-width.ts';

/** The text that an error's positions belong to. */
export interface SourceText {
  /** What the user calls it: the file's name, or `-q`. */
  readonly name: string;
  readonly text: string;
}

/** Finds the text of a place where there are several, and the place in it. */
export type SourceOf = (span: Span) => Place | undefined;

interface Place {
  readonly source: SourceText;
  readonly span: Span;
}

const findingsMax = 20;

/**
 * The error for people: code, message, the place with a caret under it, and what to do. `span` is the place of the
 * failed statement, for errors that name none themselves.
 */
export function describeError(error: unknown, source?: SourceText | SourceOf, span?: Span): string {
  if (!(error instanceof AuroraError)) {
    return `error: ${error instanceof Error ? error.message : String(error)}\n`;
  }
  const findings = error.diagnostics.filter((finding) => finding.severity === 'error');
  if (findings.length === 0) {
    const { code, message, hint } = error;
    return describeFinding({ code, message, hint, span: error.span ?? span }, source);
  }
  const shown = findings.slice(0, findingsMax).map((finding) => describeFinding(finding, source));
  const rest = findings.length - shown.length;
  return shown.join('') + (rest > 0 ? `… and ${rest} more errors.\n` : '');
}

interface Finding {
  readonly code: string;
  readonly message: string;
  readonly span?: Span | undefined;
  readonly hint?: string | undefined;
}

function describeFinding(finding: Finding, source: SourceText | SourceOf | undefined): string {
  const lines = [`error: ${finding.code}: ${finding.message}`];
  const place = placeIn(finding.span, source);
  if (place !== undefined) lines.push(...excerpt(place.source, place.span));
  if (finding.hint !== undefined) lines.push(`hint: ${finding.hint}`);
  return `${lines.join('\n')}\n`;
}

export function placeIn(
  span: Span | undefined,
  source: SourceText | SourceOf | undefined,
): Place | undefined {
  if (span === undefined || source === undefined) return undefined;
  return typeof source === 'function' ? source(span) : { source, span };
}

/** Line and column, both from 1, of an offset in a text. */
export function positionAt(
  text: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

/** The line with the place, and carets under it; a place over several lines is marked to the end of its first. */
function excerpt(source: SourceText, span: Span): readonly string[] {
  const { line, column } = positionAt(source.text, span.start);
  const start = span.start - (column - 1);
  const lineBreak = source.text.indexOf('\n', span.start);
  const end = lineBreak === -1 ? source.text.length : lineBreak;
  const content = source.text.slice(start, end).replace(/\r$/, '').replaceAll('\t', ' ');
  const marked = content.slice(column - 1, span.end - start);
  const gutter = ' '.repeat(String(line).length);
  const indent = ' '.repeat(displayWidth(content.slice(0, column - 1)));
  return [
    `${gutter}--> ${source.name}:${line}:${column}`,
    `${gutter} |`,
    `${line} | ${content}`,
    `${gutter} | ${indent}${'^'.repeat(Math.max(1, displayWidth(marked)))}`,
  ];
}
