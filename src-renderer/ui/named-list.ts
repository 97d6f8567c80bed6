/* Lists of what was saved under names: each name is there once, and they are in the order of their names. */

interface Named {
  readonly name: string;
}

/** The list with one more, or with another one of its name. */
export function withNamed<Item extends Named>(list: readonly Item[], item: Item): readonly Item[] {
  return [...withoutNamed(list, item.name), item].sort((left, right) =>
    left.name.localeCompare(right.name),
  );
}

export function withoutNamed<Item extends Named>(
  list: readonly Item[],
  name: string,
): readonly Item[] {
  return list.filter((item) => item.name !== name);
}
