/* What a database should hold, in the plainest way: a map of documents, and every state that it has gone through. */
export interface ModelDocument {
  readonly id: string;
  readonly code: string | null;
  readonly color: string | null;
  readonly count: number;
  readonly tags: readonly string[] | null;
  readonly extra?: number;
}

export type ModelState = ReadonlyMap<string, ModelDocument>;

export class StorageModel {
  /** Every state since the last opening, the present one last. */
  #states: ModelState[] = [new Map()];
  readonly indexes = new Set<string>();
  readonly collections = new Set<string>();

  get now(): ModelState {
    return this.#states.at(-1) ?? new Map();
  }

  get states(): readonly ModelState[] {
    return this.#states;
  }

  /** The next state. */
  commit(state: ModelState): void {
    this.#states.push(state);
  }

  /** The database was opened again and holds this state. */
  reopenedWith(state: ModelState): void {
    this.#states = [state];
  }
}

/** A change of one document, as several of them make a commit. */
export type ModelChange =
  | { readonly kind: 'insert'; readonly document: ModelDocument }
  | { readonly kind: 'update'; readonly id: string; readonly color: string | null }
  | { readonly kind: 'increment'; readonly id: string; readonly by: number }
  | { readonly kind: 'delete'; readonly id: string };

/** The state after a commit of changes, one after the other; `undefined` when it must be refused. */
export function applied(
  state: ModelState,
  changes: readonly ModelChange[],
): ModelState | undefined {
  const next = new Map(state);
  for (const change of changes) {
    if (change.kind === 'insert') {
      if (next.has(change.document.id)) return undefined;
      next.set(change.document.id, change.document);
      if (!hasUniqueCodes(next)) return undefined;
      continue;
    }
    const present = next.get(change.id);
    if (present === undefined) continue;
    if (change.kind === 'delete') next.delete(change.id);
    else if (change.kind === 'update') next.set(change.id, { ...present, color: change.color });
    else next.set(change.id, { ...present, count: present.count + change.by });
  }
  return next;
}

function hasUniqueCodes(state: ModelState): boolean {
  const codes = [...state.values()].flatMap(({ code }) => (code === null ? [] : [code]));
  return new Set(codes).size === codes.length;
}

/** One text for equal states. */
export function stateText(documents: Iterable<ModelDocument>): string {
  const lines = [...documents].map(({ id, code, color, count, tags, extra }) =>
    JSON.stringify([id, code, color, count, tags, extra ?? null]),
  );
  return lines.sort().join('\n');
}
