/** Bytes of keys for one use each: they are those of the next key of that length as well. */
export class LookupKeys {
  readonly #byLength: Uint8Array[] = [];

  of(mapKey: string): Uint8Array {
    const { length } = mapKey;
    let key = this.#byLength[length];
    if (key === undefined) {
      key = new Uint8Array(length);
      this.#byLength[length] = key;
    }
    for (let at = 0; at < length; at += 1) key[at] = mapKey.charCodeAt(at);
    return key;
  }
}
