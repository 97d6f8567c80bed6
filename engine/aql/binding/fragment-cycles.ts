/*
 * Circles among the fragments of a text, found in time that is linear in the spreads: texts may define many thousands.
 * Fragments that reach each other form a group (Kosaraju's two walks), and a group shows one of its circles.
 */

/** Names by the names that they lead to. */
type Edges = ReadonlyMap<string, readonly string[]>;

/** For each group of fragments that reach each other one circle, its first and last name equal. */
export function fragmentCycles(edges: Edges): readonly (readonly string[])[] {
  const groupOf = new Map<string, string>();
  const backward = reversed(edges);
  for (const name of finished(edges).reverse()) {
    if (!groupOf.has(name)) walk(name, backward, groupOf);
  }
  const seen = new Set<string>();
  return [...edges.keys()].flatMap((name) => {
    const group = groupOf.get(name) ?? name;
    if (seen.has(group)) return [];
    seen.add(group);
    const cycle = cycleFrom(name, edges, (next) => groupOf.get(next) === group);
    return cycle === undefined ? [] : [cycle];
  });
}

/** The names in the order in which a walk along the edges is done with them. */
function finished(edges: Edges): string[] {
  const order: string[] = [];
  const entered = new Set<string>();
  for (const start of edges.keys()) {
    const path = [{ name: start, next: 0 }];
    if (entered.has(start)) continue;
    entered.add(start);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const name = edges.get(at.name)?.[at.next++];
      if (name === undefined) {
        order.push(at.name);
        path.pop();
      } else if (!entered.has(name)) {
        entered.add(name);
        path.push({ name, next: 0 });
      }
    }
  }
  return order;
}

function reversed(edges: Edges): Edges {
  const backward = new Map<string, string[]>();
  for (const [from, names] of edges) {
    for (const to of names) {
      const known = backward.get(to);
      if (known === undefined) backward.set(to, [from]);
      else known.push(from);
    }
  }
  return backward;
}

/** Puts all that can be reached, and is in no group yet, into the group of the start. */
function walk(start: string, edges: Edges, groupOf: Map<string, string>): void {
  groupOf.set(start, start);
  const pending = [start];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    for (const next of edges.get(name) ?? []) {
      if (groupOf.has(next)) continue;
      groupOf.set(next, start);
      pending.push(next);
    }
  }
}

/** The shortest way from a name back to itself. */
function cycleFrom(
  start: string,
  edges: Edges,
  isInside: (name: string) => boolean,
): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  const names = [start];
  for (const name of names) {
    for (const next of edges.get(name) ?? []) {
      if (next === start) {
        const way = [start];
        for (let at = name; at !== start; at = cameFrom.get(at) ?? start) way.push(at);
        return [...way, start].reverse();
      }
      if (cameFrom.has(next) || !isInside(next)) continue;
      cameFrom.set(next, name);
      names.push(next);
    }
  }
  return undefined;
}
