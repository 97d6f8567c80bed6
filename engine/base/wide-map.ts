/*
 * A map of many keys that never copies all of them at once, as a Map does whenever it has doubled: 30 ms for half a
 * million. Beyond as many as that takes a millisecond or two for, keys are spread over many Maps by some of their
 * characters.
 */

export type WideKey = string | number | boolean;

const singleSizeMax = 16_384;
/** A power of two. */
const placeCount = 256;
/** Characters of a key that are looked at. */
const sampleMax = 12;

export class WideMap<Value extends number> {
  #single: Map<WideKey, Value> | undefined = new Map();
  /** Once there are many keys. */
  #places: readonly Map<WideKey, Value>[] = [];

  get(key: WideKey): Value | undefined {
    return this.#mapOf(key)?.get(key);
  }

  /** Adds a key that is not there. */
  add(key: WideKey, value: Value): void {
    if (this.#single !== undefined && this.#single.size >= singleSizeMax)
      this.#spread(this.#single);
    this.#mapOf(key)?.set(key, value);
  }

  #mapOf(key: WideKey): Map<WideKey, Value> | undefined {
    return this.#single ?? this.#places[placeOf(key)];
  }

  #spread(single: ReadonlyMap<WideKey, Value>): void {
    this.#places = Array.from({ length: placeCount }, () => new Map());
    this.#single = undefined;
    for (const [key, value] of single) this.#mapOf(key)?.set(key, value);
  }
}

/** In which of many Maps a key is, of 256. */
export function placeOf(key: WideKey): number {
  if (typeof key !== 'string') return numberPlace(Number(key));
  const { length } = key;
  const step = Math.max(1, Math.ceil(length / sampleMax));
  let hash = 0x811c9dc5 ^ length;
  for (let at = length - 1; at >= 0; at -= step) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) & (placeCount - 1);
}

function numberPlace(key: number): number {
  const hash = Math.imul(Math.trunc(key * 1_024) | 0, 0x01000193);
  return (hash ^ (hash >>> 15)) & (placeCount - 1);
}
