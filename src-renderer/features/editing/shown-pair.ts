/* A value before and after, as words: of long texts the part in which they differ. */
import type { WireValue } from '#contract';
import { cutText } from '../../grid/cell-text.ts';

const charactersMax = 120;
/** What stands before the difference, so that its place can be recognised. */
const contextLength = 24;

export interface ShownPair {
  readonly before: string;
  readonly after: string;
}

export function shownPair(before: WireValue | undefined, after: WireValue | undefined): ShownPair {
  const [was, is] = [wholeText(before), wholeText(after)];
  if (was.length <= charactersMax && is.length <= charactersMax) return { before: was, after: is };
  const start = Math.max(0, commonLength(was, is) - contextLength);
  return { before: partOf(was, start), after: partOf(is, start) };
}

/** One value as words. */
export function shownText(value: WireValue | undefined): string {
  return cutText(wholeText(value), charactersMax);
}

function wholeText(value: WireValue | undefined): string {
  if (value === undefined) return '— not set';
  if (value === '') return '""';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function partOf(text: string, start: number): string {
  // A text that ends before the difference is shown from its beginning.
  if (start === 0 || start >= text.length) return cutText(text, charactersMax);
  return `…${cutText(text.slice(start), charactersMax)}`;
}

function commonLength(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) if (left[at] !== right[at]) return at;
  return length;
}
