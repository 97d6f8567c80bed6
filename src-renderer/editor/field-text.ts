/*
 * A field of a form ends its lines with \n, whatever the text in it does, and counts its places so. What is typed into it
 * gets the ends that the text has.
 */
import type { Span } from '#engine/aql';

/** A place as Monaco counts: lines and columns from 1. */
export interface TextPlace {
  readonly lineNumber: number;
  readonly column: number;
}

export function fieldTextOf(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** The text that a field holds, with the ends of lines that `before` has. */
export function textOfField(fieldText: string, before: string): string {
  return before.includes('\r\n') ? fieldText.replaceAll('\n', '\r\n') : fieldText;
}

/** The places in a field of a piece of its text. */
export function spanInField(text: string, { start, end }: Span): Span {
  const inField = (offset: number) => fieldTextOf(text.slice(0, offset)).length;
  return { start: inField(start), end: inField(end) };
}

export function placeInField(fieldText: string, offset: number): TextPlace {
  const before = fieldText.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { lineNumber: before.split('\n').length, column: before.length - lineStart + 1 };
}
