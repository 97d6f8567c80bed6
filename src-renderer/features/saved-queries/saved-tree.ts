import type { SavedQuery } from '#contract';

/** A folder or a saved query, as the tree shows it. Folders come first, all by name. */
export interface SavedNode {
  readonly id: string;
  readonly label: string;
  /** Absent for a folder. */
  readonly query?: SavedQuery;
  readonly children?: readonly SavedNode[];
}

/** The saved queries as folders and files. */
export function savedTree(queries: readonly SavedQuery[], folder = ''): readonly SavedNode[] {
  const files: SavedNode[] = [];
  const folders = new Map<string, SavedQuery[]>();
  for (const query of queries) {
    const rest = query.path.slice(folder.length);
    const slash = rest.indexOf('/');
    if (slash < 0) files.push({ id: query.path, label: queryName(query.path), query });
    else {
      const name = rest.slice(0, slash);
      const inside = folders.get(name);
      if (inside === undefined) folders.set(name, [query]);
      else inside.push(query);
    }
  }
  const byName = (left: SavedNode, right: SavedNode) => left.label.localeCompare(right.label);
  const branches = [...folders].map(([name, inside]): SavedNode => {
    const path = `${folder}${name}/`;
    return { id: path, label: name, children: savedTree(inside, path) };
  });
  return [...branches.sort(byName), ...files.sort(byName)];
}

/** The name of a saved query without folder and ending. */
export function queryName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.aql$/, '');
}

/** What a person typed as a place, as a path: with its ending, without what surrounds it. */
export function typedPath(typed: string): string {
  const path = typed.trim().replaceAll('\\', '/').replace(/^\/+/, '');
  return path === '' || path.endsWith('.aql') ? path : `${path}.aql`;
}

/** A name to propose for a tab's title. */
export function proposedName(title: string): string {
  return title
    .replace(/[\\/:*?"<>|]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
