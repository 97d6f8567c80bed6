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

/** FNV-1a over both ends of a text, in 32 bits with a sign, and a last mix, since numbered texts differ at their end only. */
export function hashEnds(text: string, seed: number, { first, last }: HashedEnds): number {
  const { length } = text;
  let hash = hashStart ^ seed;
  const firstEnd = Math.min(length, first);
  for (let at = 0; at < firstEnd; at += 1) {
    hash = hashStep(hash, text.charCodeAt(at));
  }
  for (let at = Math.max(firstEnd, length - last); at < length; at += 1) {
    hash = hashStep(hash, text.charCodeAt(at));
  }
  return hash ^ (hash >>> 15);
}
