/* How a live query is kept: root by root from changes alone, or by running it again, and then why. */
import type { BoundPart, BoundStatement } from '#engine/aql';
import { isOwnedCollection } from '../catalog/owned-collections.ts';
import { type ExecutableRoot, isRead, prepareRun, type SchemaRoot } from '../exec/executable.ts';
import { notExecutable } from '../exec/not-executable.ts';
import type { VariableValues } from '../exec/operand.ts';
import type { GivenVariables } from '../exec/prepared-text.ts';
import { collectionsRead } from '../exec/read-collections.ts';

/** One root of a query that is kept from changes alone. */
export type LiveRoot =
  | { readonly kind: 'rows'; readonly root: ExecutableRoot }
  | {
      readonly kind: 'totals';
      readonly root: ExecutableRoot;
      readonly parts: readonly BoundPart[];
    }
  /** Changes with the schema only. */
  | { readonly kind: 'schema'; readonly root: SchemaRoot };

export type LivePlan = {
  readonly variables: VariableValues;
  /** The collections that it reads. */
  readonly collections: ReadonlySet<string>;
} & (
  | { readonly kind: 'kept'; readonly roots: readonly LiveRoot[] }
  | {
      readonly kind: 'rerun';
      /** Why it cannot be kept from changes, as `_watchers` says it. */
      readonly reason: string;
    }
);

/** @throws AuroraError for what this version cannot run, and for variables that do not fit */
export function planLive(bound: BoundStatement, given: GivenVariables): LivePlan {
  if (bound.kind !== 'query') throw notExecutable(`A ${bound.kind} as a live query`, bound.span);
  const { statement, variables } = prepareRun(bound, given);
  if (statement.kind !== 'query') throw notExecutable('It', bound.span);
  const roots: LiveRoot[] = [];
  const collections = new Set<string>();
  let reason: string | undefined;
  for (const root of statement.roots) {
    if (!isRead(root)) {
      roots.push({ kind: 'schema', root });
      continue;
    }
    for (const name of collectionsRead(root)) collections.add(name);
    const planned = planRoot(root);
    if (typeof planned === 'string') reason ??= planned;
    else roots.push(planned);
  }
  return reason === undefined
    ? { kind: 'kept', variables, collections, roots }
    : { kind: 'rerun', variables, reason, collections };
}

/** True for figures of the engine that are made for each query: no commit tells of them. */
export function isSampledCollection(name: string): boolean {
  return name.startsWith('_') && !isOwnedCollection(name);
}

/** A root that can be kept, or why it cannot. */
function planRoot(root: ExecutableRoot): LiveRoot | string {
  const { collection, page, search, parts, selection } = root;
  if (isSampledCollection(collection)) return 'no commit tells of the engine itself';
  if (page !== undefined) return 'pages are read anew';
  if (search !== undefined) return 'a search ranks all documents';
  if (parts === undefined) {
    const other = selection.find(({ kind }) => kind !== 'field' && kind !== 'typename');
    if (other === undefined) return { kind: 'rows', root };
    return other.kind === 'join' ? 'documents of several collections' : 'computed values';
  }
  for (const part of parts) {
    if (part.kind === 'edges' || part.kind === 'pageInfo') return 'pages are read anew';
    if (part.kind === 'groupBy' && part.fields.some(({ kind }) => kind === 'nodes')) {
      return 'groups show documents';
    }
  }
  return { kind: 'totals', root, parts };
}
