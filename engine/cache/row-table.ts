/*
 * Values by row, in blocks of neighbouring rows. Rows are dense and are often read in their order: then their values lie
 * beside each other, where a map would look into its buckets for each. A block of one value costs some 300 bytes.
 */
const blockBits = 5;
const blockRows = 2 ** blockBits;

interface Block<Value> {
  readonly slots: (Value | undefined)[];
  size: number;
}

export class RowTable<Value> {
  readonly #blocks = new Map<number, Block<Value>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(row: number): Value | undefined {
    return this.#blocks.get(row >>> blockBits)?.slots[row % blockRows];
  }

  has(row: number): boolean {
    return this.get(row) !== undefined;
  }

  set(row: number, value: Value): void {
    let block = this.#blocks.get(row >>> blockBits);
    if (block === undefined) {
      block = { slots: new Array<Value | undefined>(blockRows).fill(undefined), size: 0 };
      this.#blocks.set(row >>> blockBits, block);
    }
    const at = row % blockRows;
    if (block.slots[at] === undefined) {
      block.size += 1;
      this.#size += 1;
    }
    block.slots[at] = value;
  }

  delete(row: number): void {
    const block = this.#blocks.get(row >>> blockBits);
    const at = row % blockRows;
    if (block?.slots[at] === undefined) return;
    block.slots[at] = undefined;
    block.size -= 1;
    this.#size -= 1;
    if (block.size === 0) this.#blocks.delete(row >>> blockBits);
  }

  /** Calls back for each row from one up to another, without that; with `undefined` for rows without a value. */
  visitRange(from: number, to: number, visit: (value: Value | undefined) => void): void {
    for (let start = from; start < to; ) {
      const end = Math.min(to, start - (start % blockRows) + blockRows);
      const slots = this.#blocks.get(start >>> blockBits)?.slots;
      for (let row = start; row < end; row += 1) visit(slots?.[row % blockRows]);
      start = end;
    }
  }

  *values(): Generator<Value> {
    for (const { slots } of this.#blocks.values()) {
      for (const value of slots) if (value !== undefined) yield value;
    }
  }
}
