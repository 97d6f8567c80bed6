/** How much of both ends of a text counts. */
export interface HashedEnds {
  readonly first: number;
  readonly last: number;
}

/** FNV-1a over both ends of a text, in 32 bits with a sign, and a last mix, since numbered texts differ at their end only. */
export function hashEnds(text: string, seed: number, { first, last }: HashedEnds): number {
  const { length } = text;
  let hash = 0x811c9dc5 ^ seed;
  const firstEnd = Math.min(length, first);
  for (let at = 0; at < firstEnd; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  for (let at = Math.max(firstEnd, length - last); at < length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}
