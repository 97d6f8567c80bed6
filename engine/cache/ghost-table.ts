import type { CacheEntry } from './cache-entry.ts';

const slotsMin = 1_024;
const slotsMax = 1 << 20;

/**
 * What was evicted not long ago, without the documents: fingerprints with the number of the eviction, each in the one
 * slot that its hash gives. A forgotten or mistaken fingerprint costs a worse guess, never a wrong document. At most
 * 12 bytes × 2^20.
 */
export class GhostTable {
  #fingerprints = new Int32Array(slotsMin);
  #evictions = new Float64Array(slotsMin);
  #evictionCount = 0;
  #memory = 0;

  /** Remembers an entry for as many further evictions as `memory` says. */
  add(entry: CacheEntry, memory: number): void {
    this.#memory = Math.max(memory, 1);
    if (this.#memory * 2 > this.#fingerprints.length) this.#grow();
    const fingerprint = fingerprintOf(entry);
    const slot = this.#slotOf(fingerprint);
    this.#evictionCount += 1;
    this.#fingerprints[slot] = fingerprint;
    this.#evictions[slot] = this.#evictionCount;
  }

  /** True when the entry is remembered; it no longer is then. */
  take(entry: CacheEntry): boolean {
    const fingerprint = fingerprintOf(entry);
    const slot = this.#slotOf(fingerprint);
    const eviction = this.#evictions[slot] ?? 0;
    if (eviction === 0 || this.#fingerprints[slot] !== fingerprint) return false;
    this.#evictions[slot] = 0;
    return this.#evictionCount - eviction < this.#memory;
  }

  clear(): void {
    this.#fingerprints = new Int32Array(slotsMin);
    this.#evictions = new Float64Array(slotsMin);
    this.#evictionCount = 0;
  }

  /** What was remembered so far is forgotten; the table doubles, so that this is rare. */
  #grow(): void {
    const slotCount = this.#fingerprints.length;
    if (slotCount >= slotsMax) return;
    this.#fingerprints = new Int32Array(slotCount * 2);
    this.#evictions = new Float64Array(slotCount * 2);
  }

  #slotOf(fingerprint: number): number {
    return fingerprint & (this.#fingerprints.length - 1);
  }
}

/** Mixes both numbers, so that neighbouring rows fall into different slots. */
function fingerprintOf({ collectionId, row }: CacheEntry): number {
  let hash = Math.imul(collectionId, 0x9e3779b1) ^ row;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
