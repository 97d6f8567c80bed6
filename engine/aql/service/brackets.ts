import type { IToken } from 'chevrotain';
import * as t from '../syntax/tokens.ts';

/** For each opening bracket, the index of the token that closes it; for every other token, and without one, absent. */
export type ClosingBrackets = ReadonlyMap<number, number>;

const partners = new Map<unknown, unknown>([
  [t.BraceOpen, t.BraceClose],
  [t.ParenOpen, t.ParenClose],
  [t.BracketOpen, t.BracketClose],
]);
const closing: ReadonlySet<unknown> = new Set(partners.values());

/** Pairs brackets as far as they fit; a closing bracket that fits none is passed over. */
export function closingBrackets(tokens: readonly IToken[]): ClosingBrackets {
  const found = new Map<number, number>();
  const open: { index: number; closer: unknown }[] = [];
  // A mark that closes nothing must not be searched for through everything that is open.
  const openCounts = new Map<unknown, number>();
  const count = (closer: unknown, change: number) => {
    openCounts.set(closer, (openCounts.get(closer) ?? 0) + change);
  };
  tokens.forEach((token, index) => {
    const closer = partners.get(token.tokenType);
    if (closer !== undefined) {
      open.push({ index, closer });
      count(closer, 1);
    } else if (closing.has(token.tokenType) && (openCounts.get(token.tokenType) ?? 0) > 0) {
      for (let opener = open.pop(); opener !== undefined; opener = open.pop()) {
        count(opener.closer, -1);
        if (opener.closer !== token.tokenType) continue;
        found.set(opener.index, index);
        return;
      }
    }
  });
  return found;
}

export function endOf({ startOffset, image }: IToken): number {
  return startOffset + image.length;
}
