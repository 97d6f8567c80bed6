import { hashEnded, hashEnds, hashStart, hashWord } from '../base/text-hash.ts';

/** As many as an id takes. */
export const packedWords = 9;
const lengthMax = 4 * packedWords;
const hashedEnds = { first: 24, last: 16 };

/**
 * The characters of a text as 32-bit numbers, four to each, and a hash of them: made anew of one text after the other. Equal
 * numbers mean equal texts where they hold a text whole: up to 36 characters of one byte each, none of them NUL.
 */
export class PackedText {
  readonly #words = new Int32Array(packedWords);
  /** A hash, never 0. */
  mark = 1;
  isWhole = false;

  read(text: string): void {
    const { length } = text;
    const words = this.#words;
    let hash = hashStart;
    let word = 0;
    // Has bits above the eighth when a character does, or when one is NUL.
    let codes = 0;
    if (length <= lengthMax) {
      let at = 0;
      for (; at + 3 < length; at += 4) {
        const a = text.charCodeAt(at);
        const b = text.charCodeAt(at + 1);
        const c = text.charCodeAt(at + 2);
        const d = text.charCodeAt(at + 3);
        codes |= a | b | c | d | (a - 1) | (b - 1) | (c - 1) | (d - 1);
        const packed = a | (b << 8) | (c << 16) | (d << 24);
        words[word] = packed;
        word += 1;
        hash = hashWord(hash, packed);
      }
      if (at < length) {
        let packed = 0;
        for (let shift = 0; at < length; at += 1, shift += 8) {
          const code = text.charCodeAt(at);
          codes |= code | (code - 1);
          packed |= code << shift;
        }
        words[word] = packed;
        word += 1;
        hash = hashWord(hash, packed);
      }
    }
    this.isWhole = length <= lengthMax && codes >>> 8 === 0;
    if (!this.isWhole) hash = hashEnds(text, 0, hashedEnds);
    else for (; word < packedWords; word += 1) words[word] = 0;
    this.mark = hashEnded(hash) | 1;
  }

  /** Whether the same numbers lie from a place on. */
  isIn(numbers: Int32Array, from: number): boolean {
    const words = this.#words;
    for (let word = 0; word < packedWords; word += 1) {
      if (words[word] !== numbers[from + word]) return false;
    }
    return true;
  }

  copyTo(numbers: Int32Array, from: number): void {
    numbers.set(this.#words, from);
  }
}
