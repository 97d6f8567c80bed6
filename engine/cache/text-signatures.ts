/*
 * Which pairs of neighbouring characters the texts of a dictionary have, as 128 bits each: a text without a pair of what
 * is looked for does not have it, and need not be read. Texts lie all over the heap, and reading one costs as much as ten
 * of these. Made for each text when it is first looked through; of texts with some sixty different pairs, five of six that
 * lack a word of three letters are told so.
 */
const words = 4;
const bitsMask = words * 32 - 1;
const blockTexts = 4_096;
/** In a text that was looked at; so that none stands for one that was not. */
const madeBit = 1;

export class TextSignatures {
  readonly #textOf: (code: number) => unknown;
  readonly #blocks: (Uint32Array | undefined)[] = [];
  #blockCount = 0;

  constructor(textOf: (code: number) => unknown) {
    this.#textOf = textOf;
  }

  get bytes(): number {
    return this.#blockCount * blockTexts * words * 4;
  }

  /** Tells of a code whether its text may have a part, which has at least two characters. */
  compile(part: string): (code: number) => boolean {
    const wanted = new Uint32Array(words);
    note(part, wanted, 0);
    const [a = 0, b = 0, c = 0, d = 0] = wanted;
    const blocks = this.#blocks;
    return (code) => {
      const at = (code % blockTexts) * words;
      const block = blocks[(code / blockTexts) | 0] ?? this.#addBlock(code);
      if (((block[at] ?? 0) & madeBit) === 0) this.#make(code, block, at);
      return (
        (a & ~(block[at] ?? 0)) === 0 &&
        (b & ~(block[at + 1] ?? 0)) === 0 &&
        (c & ~(block[at + 2] ?? 0)) === 0 &&
        (d & ~(block[at + 3] ?? 0)) === 0
      );
    };
  }

  #addBlock(code: number): Uint32Array {
    const block = new Uint32Array(blockTexts * words);
    this.#blocks[(code / blockTexts) | 0] = block;
    this.#blockCount += 1;
    return block;
  }

  #make(code: number, block: Uint32Array, at: number): void {
    const text = this.#textOf(code);
    block[at] = madeBit;
    if (typeof text === 'string') note(text, block, at);
  }
}

/** Notes the pairs of a text in the words from a place on. */
function note(text: string, into: Uint32Array, place: number): void {
  let before = text.charCodeAt(0);
  for (let at = 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const bit = (Math.imul(Math.imul(before, 31) ^ unit, 0x9e3779b1) >>> 16) & bitsMask;
    into[place + (bit >>> 5)] = (into[place + (bit >>> 5)] ?? 0) | (1 << (bit & 31));
    before = unit;
  }
}
