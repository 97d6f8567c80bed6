/** The order in which palette and help show the groups of commands; others follow. */
const groupOrder: readonly string[] = ['Query', 'Editor', 'Tabs', 'Database', 'View', 'Studio'];

/** Entries by group, groups in their order, entries as they came. */
export function byGroup<Entry extends { readonly group: string }>(
  entries: readonly Entry[],
): readonly (readonly [string, readonly Entry[]])[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.group);
    if (group === undefined) groups.set(entry.group, [entry]);
    else group.push(entry);
  }
  const place = (group: string) => {
    const at = groupOrder.indexOf(group);
    return at < 0 ? groupOrder.length : at;
  };
  return [...groups].toSorted(([a], [b]) => place(a) - place(b));
}
