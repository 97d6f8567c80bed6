/*
 * What an entry takes in the file, as LMDB lays it out: a node has 8 bytes of its own before key and value, and 2 in the
 * table of its page; a page has 16. A value that would fill half a page or more lies in pages of its own. Pages are not
 * full: everything is one tree, so that even keys that come in order come before those of others, and their pages are halved
 * when they are full and left behind; pages that keys come to at random fill again.
 */
const pageBytes = 4096;
const pageHeadBytes = 16;
const nodeBytes = 8;
const placeBytes = 2;
const nodeBytesMax = 2038;
const overflowNumberBytes = 8;

/** How full pages are, by how their keys come. */
const pageFill = { ascending: 0.5, random: 0.69 };

export type KeyOrder = keyof typeof pageFill;

/** Bytes of the file for an entry. */
export function entryBytes(keyBytes: number, valueBytes: number, order: KeyOrder): number {
  const isOverflowing = nodeBytes + keyBytes + valueBytes > nodeBytesMax;
  const inNode = isOverflowing ? overflowNumberBytes : valueBytes;
  const even = 2 * Math.ceil((keyBytes + inNode) / 2);
  const share = pageBytes / (pageBytes - pageHeadBytes) / pageFill[order];
  const ownPages = isOverflowing ? Math.ceil((pageHeadBytes + valueBytes) / pageBytes) : 0;
  return (nodeBytes + placeBytes + even) * share + ownPages * pageBytes;
}
