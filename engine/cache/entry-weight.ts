/*
 * What a decoded document takes in memory, estimated from its encoded size. Measured (Node 24, heap after collection,
 * encoded → decoded bytes): 11 mixed fields 161 → 623, 20 numbers 219 → 693, 50 mixed fields 465 → 1,431, lists and
 * objects 157 → 363, one long text 2,320 → 2,522. The line lies near or above all of them; long texts are
 * overestimated, so that the bound is kept rather than used up.
 */
const decodedPerEncoded = 2.5;
const documentBytes = 200;
/** The entry itself, its slots in the maps of its collection, and its share of the ghosts. */
const entryBytes = 280;

/** Bytes that a document counts against the bound of the cache. */
export function entryWeight(encodedBytes: number): number {
  return Math.ceil(encodedBytes * decodedPerEncoded) + documentBytes + entryBytes;
}
