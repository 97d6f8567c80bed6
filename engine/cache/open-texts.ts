/*
 * Texts that are being put together: written behind each other into memory outside of the heap, so that the collector has
 * nothing to copy while they come. One byte for each character while all are ASCII, else two.
 */

const bytesStart = 64 * 1024;

export class OpenTexts {
  readonly #lengthMax: number;
  readonly #ends: Uint32Array;
  #bytes = Buffer.allocUnsafeSlow(bytesStart);
  #unitBytes: 1 | 2 = 1;
  #length = 0;
  #count = 0;

  /** For so many texts, and so many characters in all. */
  constructor(countMax: number, lengthMax: number) {
    this.#ends = new Uint32Array(countMax);
    this.#lengthMax = lengthMax;
  }

  get count(): number {
    return this.#count;
  }

  /** Where each text ends. */
  get ends(): Uint32Array {
    return this.#ends;
  }

  /** False where it would be too long in all. */
  add(text: string): boolean {
    const length = this.#length + text.length;
    if (length > this.#lengthMax) return false;
    if (this.#unitBytes === 1 && !this.#addAscii(text)) this.#widen();
    if (this.#unitBytes === 2) {
      this.#reserve(2 * length);
      this.#bytes.write(text, 2 * this.#length, 'utf16le');
    }
    this.#length = length;
    this.#ends[this.#count] = length;
    this.#count += 1;
    return true;
  }

  /** The text with a number. */
  at(number: number): string | undefined {
    if (number >= this.#count) return undefined;
    return this.#slice(number === 0 ? 0 : (this.#ends[number - 1] ?? 0), this.#ends[number] ?? 0);
  }

  /** All in one. */
  joined(): string {
    return this.#slice(0, this.#length);
  }

  /** False when it is not ASCII; what was written of it does not count. */
  #addAscii(text: string): boolean {
    // A character takes up to three bytes.
    this.#reserve(this.#length + 3 * text.length);
    return this.#bytes.write(text, this.#length, 'utf8') === text.length;
  }

  #widen(): void {
    const before = this.#slice(0, this.#length);
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(bytesStart, 4 * this.#length));
    this.#bytes.write(before, 0, 'utf16le');
    this.#unitBytes = 2;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#unitBytes * this.#length));
    this.#bytes = grown;
  }

  #slice(start: number, end: number): string {
    return this.#unitBytes === 1
      ? this.#bytes.toString('latin1', start, end)
      : narrow(this.#bytes.toString('utf16le', 2 * start, 2 * end));
  }
}

/** The same text, in one byte for each character where that is enough, which the runtime does not see by itself. */
function narrow(text: string): string {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0xff) return text;
  return Buffer.from(text, 'latin1').toString('latin1');
}
