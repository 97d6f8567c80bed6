/*
 * The values of a dictionary by code. The first 4,096 are a list. Later texts are put together, so many to one long text,
 * and cut out of it when they are asked for: a million texts of their own would be a million objects that the collector
 * copies while they come (up to 12 ms at a time), marks ever after, and leaves all over the heap. Long texts are not copied.
 * A text that was cut out keeps its long text in memory, which lives as long as the dictionary anyway.
 */
import { OpenTexts } from './open-texts.ts';
import { ownText } from './own-text.ts';
import type { ColumnValue } from './value-codes.ts';

/** A power of two. */
const blockValues = 4_096;
/** Texts of a block that are longer in all remain as they are. */
const joinedLengthMax = 2 ** 22;

type Value = ColumnValue | null;

export class DictionaryValues {
  /** Full ones: each one text, or the values as they are. */
  readonly #blocks: (string | readonly Value[])[] = [];
  /** Where the texts of each block end. */
  readonly #ends: Uint32Array[] = [];
  /** The texts of the block that is not full yet; absent where its values stay as they are. */
  #texts: OpenTexts | undefined;
  #last: Value[] = [null];

  /** How many there are, null included. */
  get length(): number {
    return this.#blocks.length * blockValues + (this.#texts?.count ?? this.#last.length);
  }

  /** O(1); some 30 ns for one of the later texts, which is made anew. */
  at(code: number): Value | undefined {
    const number = (code / blockValues) | 0;
    const at = code % blockValues;
    const block = this.#blocks[number];
    if (block === undefined) return this.#texts === undefined ? this.#last[at] : this.#texts.at(at);
    if (typeof block !== 'string') return block[at];
    const ends = this.#ends[number];
    return block.slice(at === 0 ? 0 : ends?.[at - 1], ends?.[at]);
  }

  push(value: ColumnValue): void {
    const texts = this.#texts;
    if (texts !== undefined && typeof value === 'string' && texts.add(value)) {
      if (texts.count === blockValues) this.#endBlock(texts.joined(), texts.ends);
      return;
    }
    if (texts !== undefined) {
      this.#last = Array.from({ length: texts.count }, (_, at) => texts.at(at) ?? null);
      this.#texts = undefined;
    }
    this.#last.push(typeof value === 'string' ? ownText(value) : value);
    if (this.#last.length === blockValues) this.#endBlock(this.#last, noEnds);
  }

  #endBlock(block: string | readonly Value[], ends: Uint32Array): void {
    this.#blocks.push(block);
    this.#ends.push(ends);
    this.#last = [];
    this.#texts = new OpenTexts(blockValues, joinedLengthMax);
  }
}

const noEnds = new Uint32Array(0);
