import type { IndexKey } from './index-layout.ts';

const slots = 256;

/**
 * Keys of whole numbers that an index was given lately. Writers give a field few of them again and again, as ages and counts
 * are, and a commit keeps its keys until it is applied: those that it shares with others need not be made, nor moved by
 * the collector, and are at hand when they are applied.
 */
export class RecentKeys {
  readonly #numbers = new Int32Array(slots);
  readonly #keys: (readonly IndexKey[] | undefined)[] = Array.from({ length: slots });

  /** The key of a number, in a list of its own. */
  of(number: number): readonly IndexKey[] | undefined {
    const slot = number & (slots - 1);
    return this.#numbers[slot] === number ? this.#keys[slot] : undefined;
  }

  note(number: number, keys: readonly IndexKey[]): void {
    const slot = number & (slots - 1);
    this.#numbers[slot] = number;
    this.#keys[slot] = keys;
  }
}
