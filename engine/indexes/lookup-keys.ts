/** Bytes of keys for one use each: they are those of the next key of that length as well. */
export class LookupKeys {
  readonly #byLength: Uint8Array[] = [];

  of(mapKey: string): Uint8Array {
    const { length } = mapKey;
    const key = this.#ofLength(length);
    for (let at = 0; at < length; at += 1) key[at] = mapKey.charCodeAt(at);
    return key;
  }

  /** The same of a key in an array of many. */
  copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    const key = this.#ofLength(length);
    for (let at = 0; at < length; at += 1) key[at] = bytes[start + at] ?? 0;
    return key;
  }

  #ofLength(length: number): Uint8Array {
    let key = this.#byLength[length];
    if (key === undefined) {
      key = new Uint8Array(length);
      this.#byLength[length] = key;
    }
    return key;
  }
}
