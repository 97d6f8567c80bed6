/** A binary heap over an array: the root is the item that `isBefore` puts before all others. */
export interface Heap<Item> {
  readonly size: number;
  readonly root: Item | undefined;
  push(item: Item): void;
  /** Puts an item in the root's place. */
  replaceRoot(item: Item): void;
  pop(): Item | undefined;
}

export function createHeap<Item>(isBefore: (left: Item, right: Item) => boolean): Heap<Item> {
  const items: Item[] = [];

  const rise = (item: Item): void => {
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = items[above];
      if (parent === undefined || !isBefore(item, parent)) break;
      items[at] = parent;
      at = above;
    }
    items[at] = item;
  };

  const sink = (item: Item): void => {
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const left = items[below];
      if (left === undefined) break;
      let child = left;
      const right = items[below + 1];
      if (right !== undefined && isBefore(right, left)) {
        child = right;
        below += 1;
      }
      if (!isBefore(child, item)) break;
      items[at] = child;
      at = below;
    }
    items[at] = item;
  };

  return {
    get size() {
      return items.length;
    },
    get root() {
      return items[0];
    },
    push: rise,
    replaceRoot: sink,
    pop() {
      const root = items[0];
      const last = items.pop();
      if (last !== undefined && items.length > 0) sink(last);
      return root;
    },
  };
}
