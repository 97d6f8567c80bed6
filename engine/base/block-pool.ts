/*
 * Blocks of memory that are used again. V8 counts the memory of typed arrays, and for each 64 MB that are made it
 * begins a full collection, however soon they are let go of: a sort of a million rows makes more than that. So what
 * works with much memory gives its blocks back here, for whoever comes next. What is spare is the collector's to take.
 */

export const blockBytes = 1024 * 1024;

export class BlockPool {
  #spare: WeakRef<ArrayBuffer[]> | undefined;

  /** A block of `blockBytes`, with whatever was in it before. */
  take(): ArrayBuffer {
    return this.#spare?.deref()?.pop() ?? new ArrayBuffer(blockBytes);
  }

  /** Takes blocks back that nobody looks at any more. */
  give(blocks: readonly ArrayBuffer[]): void {
    const spare = this.#spare?.deref();
    if (spare === undefined) this.#spare = new WeakRef([...blocks]);
    else for (const block of blocks) spare.push(block);
  }
}

/** Memory that is taken piece by piece and let go of all at once. */
export class BlockArena {
  readonly #pool: BlockPool;
  readonly #blocks: ArrayBuffer[] = [];
  #offset = 0;

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  /** What is larger than a block has an array of its own. */
  bytes(length: number): Uint8Array {
    if (length > blockBytes) return new Uint8Array(length);
    const { block, start } = this.#reserve(length);
    return new Uint8Array(block, start, length);
  }

  words(count: number): Uint32Array {
    const length = count * Uint32Array.BYTES_PER_ELEMENT;
    if (length > blockBytes) return new Uint32Array(count);
    const { block, start } = this.#reserve(length);
    return new Uint32Array(block, start, count);
  }

  /** Gives everything back. Nobody may look at any of it from now on. */
  release(): void {
    this.#pool.give(this.#blocks.splice(0));
    this.#offset = 0;
  }

  #reserve(length: number): { readonly block: ArrayBuffer; readonly start: number } {
    let block = this.#blocks.at(-1);
    if (block === undefined || this.#offset + length > blockBytes) {
      block = this.#pool.take();
      this.#blocks.push(block);
      this.#offset = 0;
    }
    const start = this.#offset;
    // The next piece may be of words.
    this.#offset = start + ((length + 3) & ~3);
    return { block, start };
  }
}
