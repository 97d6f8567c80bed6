/** One node of a tree. `children` makes it a branch, even when empty. */
export interface TreeNode {
  readonly id: string;
  /** What it is called, for typing ahead. Screen readers read what the row renders. */
  readonly label: string;
  readonly children?: readonly TreeNode[];
}

/** A visible row of a tree, with what its ARIA attributes need. */
export interface TreeRow<Node extends TreeNode> {
  readonly node: Node;
  readonly level: number;
  readonly position: number;
  readonly siblingCount: number;
  readonly isBranch: boolean;
  readonly isExpanded: boolean;
  readonly parentId: string | undefined;
}

/** The visible rows, top to bottom. */
export function flattenTree<Node extends TreeNode & { readonly children?: readonly Node[] }>(
  nodes: readonly Node[],
  expanded: ReadonlySet<string>,
): readonly TreeRow<Node>[] {
  const rows: TreeRow<Node>[] = [];
  const walk = (siblings: readonly Node[], level: number, parentId: string | undefined) => {
    for (const [at, node] of siblings.entries()) {
      const isExpanded = node.children !== undefined && expanded.has(node.id);
      rows.push({
        node,
        level,
        position: at + 1,
        siblingCount: siblings.length,
        isBranch: node.children !== undefined,
        isExpanded,
        parentId,
      });
      if (isExpanded && node.children !== undefined) walk(node.children, level + 1, node.id);
    }
  };
  walk(nodes, 1, undefined);
  return rows;
}

/** What a key means on a row of a tree (ARIA tree pattern). */
export type TreeStep =
  | { readonly kind: 'focus'; readonly id: string }
  | { readonly kind: 'expand'; readonly ids: readonly string[] }
  | { readonly kind: 'collapse'; readonly id: string }
  | { readonly kind: 'activate'; readonly id: string };

/** The step a key makes from the focused row; `undefined` when it means nothing there. */
export function treeStep<Node extends TreeNode>(
  rows: readonly TreeRow<Node>[],
  focusedId: string,
  key: string,
): TreeStep | undefined {
  const at = rows.findIndex((row) => row.node.id === focusedId);
  const row = rows[at];
  if (row === undefined) return undefined;
  const focus = (target: TreeRow<Node> | undefined): TreeStep | undefined =>
    target === undefined ? undefined : { kind: 'focus', id: target.node.id };
  switch (key) {
    case 'ArrowDown':
      return focus(rows[at + 1]);
    case 'ArrowUp':
      return focus(rows[at - 1]);
    case 'Home':
      return focus(rows[0]);
    case 'End':
      return focus(rows.at(-1));
    case 'ArrowRight':
      if (!row.isBranch) return undefined;
      if (!row.isExpanded) return { kind: 'expand', ids: [focusedId] };
      return rows[at + 1]?.parentId === focusedId ? focus(rows[at + 1]) : undefined;
    case 'ArrowLeft':
      if (row.isExpanded) return { kind: 'collapse', id: focusedId };
      return focus(rows.find((other) => other.node.id === row.parentId));
    case 'Enter':
      return { kind: 'activate', id: focusedId };
    case ' ':
      if (!row.isBranch) return undefined;
      return row.isExpanded
        ? { kind: 'collapse', id: focusedId }
        : { kind: 'expand', ids: [focusedId] };
    case '*': {
      const siblings = rows.filter((other) => other.parentId === row.parentId && other.isBranch);
      return { kind: 'expand', ids: siblings.map((other) => other.node.id) };
    }
    default:
      return undefined;
  }
}

/** The next row, after the focused one and around, whose label begins with what was typed. */
export function findTyped<Node extends TreeNode>(
  rows: readonly TreeRow<Node>[],
  focusedId: string,
  typed: string,
): string | undefined {
  const at = rows.findIndex((row) => row.node.id === focusedId);
  // A first letter moves on; more letters may keep the row that already matches.
  const from = typed.length === 1 ? at + 1 : at;
  const wanted = typed.toLowerCase();
  const around = [...rows.slice(from), ...rows.slice(0, from)];
  return around.find((row) => row.node.label.toLowerCase().startsWith(wanted))?.node.id;
}
