/** How much of both ends of a text counts. */
export interface HashedEnds {
  readonly first: number;
  readonly last: number;
}

/** FNV-1a begins with this, and takes one character or byte after the other. */
export const hashStart = 0x811c9dc5;

export function hashStep(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

/**
 * A hash of both ends of a text, in 32 bits with a sign, of which each is as good as any other. It takes two characters at a
 * time: one by one, as FNV-1a does, they wait for each other, which takes three times as long.
 */
export function hashEnds(text: string, seed: number, { first, last }: HashedEnds): number {
  const { length } = text;
  const firstEnd = Math.min(length, first);
  let hash = hashPairs(text, 0, firstEnd, hashStart ^ seed);
  if (length > firstEnd) hash = hashPairs(text, Math.max(firstEnd, length - last), length, hash);
  return hashEnded(hash);
}

/** Takes 32 bits at once. */
export function hashWord(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  // What a multiplication makes of the upper half reaches the lower one only so.
  return mixed ^ (mixed >>> 15);
}

/** The hash of all that was taken, of which each bit is as good as any other. */
export function hashEnded(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}

function hashPairs(text: string, from: number, to: number, start: number): number {
  let hash = start;
  let at = from;
  for (; at + 1 < to; at += 2) {
    hash = hashWord(hash, text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16));
  }
  return at < to ? hashStep(hash, text.charCodeAt(at)) : hash;
}
