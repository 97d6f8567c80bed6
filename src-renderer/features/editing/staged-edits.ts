/*
 * All that is staged in one collection, with its past and its future. What the person does can be undone and done
 * again; what others do meanwhile cannot, and is known to every moment of the past as well.
 */

import type { WireValue } from '#contract';
import type { DocumentEdit } from '#engine/aql';
import {
  differing,
  type EditedDocument,
  fieldValue,
  type LiveDocument,
  type MergedDocument,
  merged,
  resolved,
  type Side,
  type StagedDocument,
  withValueAt,
} from './staged-document.ts';

type Documents = ReadonlyMap<string, StagedDocument>;

export interface StagedEdits {
  /** By id, in the order in which they were first edited. */
  readonly documents: Documents;
  readonly past: readonly Documents[];
  readonly future: readonly Documents[];
  /** What the host was last heard to have, by id. */
  readonly live: ReadonlyMap<string, LiveDocument>;
}

/** Steps that can be undone. */
export const undoStepsMax = 1_000;

export const nothingStaged: StagedEdits = {
  documents: new Map(),
  past: [],
  future: [],
  live: new Map(),
};

/** A cell: a field of a document as it is shown, which is its base when it was not edited before. */
export interface FieldEdit {
  readonly shown: EditedDocument & { readonly id: string };
  readonly field: string;
  /** The members on the way to a value inside the field. */
  readonly inner?: readonly string[];
  /** `undefined` unsets the field. */
  readonly value: WireValue | undefined;
}

/** Edits fields, of several documents at once, as one step. */
export function editFields(state: StagedEdits, edits: readonly FieldEdit[]): StagedEdits {
  const documents = new Map(state.documents);
  for (const { shown, field, inner = [], value } of edits) {
    const { id } = shown;
    const staged = documents.get(id) ?? { id, base: shown, mine: shown };
    if (staged.mine === undefined) continue;
    keep(documents, { ...staged, mine: withValueAt(staged.mine, [field, ...inner], value) });
  }
  return step(state, documents);
}

/** Adds documents that are to be inserted; each has an id already. */
export function insertDocuments(
  state: StagedEdits,
  inserted: readonly (EditedDocument & { readonly id: string })[],
): StagedEdits {
  const documents = new Map(state.documents);
  for (const mine of inserted) documents.set(mine.id, { id: mine.id, base: undefined, mine });
  return step(state, documents);
}

/** Marks documents to be deleted; those that were only staged go at once. */
export function deleteDocuments(
  state: StagedEdits,
  shown: readonly (EditedDocument & { readonly id: string })[],
): StagedEdits {
  const documents = new Map(state.documents);
  for (const document of shown) {
    const { id } = document;
    const staged = documents.get(id);
    if (staged !== undefined && staged.base === undefined) documents.delete(id);
    else documents.set(id, { id, base: staged?.base ?? document, mine: undefined });
  }
  return step(state, documents);
}

/** Forgets what is staged of documents, or of all. */
export function discard(state: StagedEdits, ids?: readonly string[]): StagedEdits {
  const documents = new Map(ids === undefined ? [] : state.documents);
  for (const id of ids ?? []) documents.delete(id);
  return step(state, documents);
}

/** Decides a conflict, of one field or of all of a document. */
export function resolve(state: StagedEdits, id: string, side: Side, field?: string): StagedEdits {
  const staged = state.documents.get(id);
  const live = state.live.get(id);
  if (staged === undefined || live === undefined) return state;
  const documents = new Map(state.documents);
  const next = resolved(staged, live, side, field);
  if (next === undefined) documents.delete(id);
  else keep(documents, next);
  return step(state, documents);
}

/** Takes note of documents as the host has them. */
export function observe(
  state: StagedEdits,
  seen: readonly (LiveDocument & { readonly id: string })[],
  isDeclared: (field: string) => boolean = () => true,
): StagedEdits {
  if (seen.length === 0) return state;
  const live = new Map(state.live);
  const documents = new Map(state.documents);
  for (const { id, document, version } of seen) {
    const staged = documents.get(id);
    // A grid shows the fields that are declared: what else a document holds is met here for the first time.
    if (staged !== undefined && document !== undefined && !live.has(id)) {
      documents.set(id, withUnseen(staged, document, isDeclared));
    }
    live.set(id, { document, version });
  }
  const isOther = [...documents].some(([id, each]) => state.documents.get(id) !== each);
  return { ...state, live, ...(isOther && { documents }) };
}

function withUnseen(
  staged: StagedDocument,
  theirs: EditedDocument,
  isDeclared: (field: string) => boolean,
): StagedDocument {
  const { id, base, mine } = staged;
  if (base === undefined) return staged;
  const unseen = Object.entries(theirs).filter(
    ([field]) => !isDeclared(field) && !Object.hasOwn(base, field),
  );
  if (unseen.length === 0) return staged;
  const fields = Object.fromEntries(unseen);
  return { id, base: { ...base, ...fields }, mine: mine && { ...fields, ...mine } };
}

export function undo(state: StagedEdits): StagedEdits {
  const before = state.past.at(-1);
  if (before === undefined) return state;
  const future = [state.documents, ...state.future];
  return { ...state, documents: before, past: state.past.slice(0, -1), future };
}

export function redo(state: StagedEdits): StagedEdits {
  const [next, ...future] = state.future;
  if (next === undefined) return state;
  return { ...state, documents: next, past: [...state.past, state.documents], future };
}

/** What was committed is staged no more; its past goes with it, since it cannot be undone here. */
export function committed(state: StagedEdits): StagedEdits {
  return { ...nothingStaged, live: state.live };
}

/** Leaves out, without a step, the documents of which nothing is left to do: they were committed as the page ended. */
export function withoutDone(state: StagedEdits): StagedEdits {
  const { live } = state;
  const left = [...state.documents].filter(([id, staged]) => merged(staged, live.get(id)));
  return left.length === state.documents.size ? state : { ...state, documents: new Map(left) };
}

/** Each staged document over the live one, without those of which nothing is left to do. */
export function mergedDocuments({ documents, live }: StagedEdits): readonly MergedDocument[] {
  return [...documents.values()].flatMap((staged) => merged(staged, live.get(staged.id)) ?? []);
}

export interface StagedCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly conflicts: number;
}

export function countsOf(documents: readonly MergedDocument[]): StagedCounts {
  const of = (kind: MergedDocument['kind']) =>
    documents.filter((document) => document.kind === kind).length;
  return {
    inserted: of('insert'),
    updated: of('update'),
    deleted: of('delete'),
    conflicts: documents.filter(({ conflict }) => conflict !== undefined).length,
  };
}

/** The edits of a commit: deletions first, so that what they held is free. Conflicts are left out. */
export function documentEdits(
  collection: string,
  documents: readonly MergedDocument[],
): readonly DocumentEdit[] {
  const edits = documents.flatMap((document): readonly DocumentEdit[] => {
    const { id, mine, version, changedFields } = document;
    if (document.conflict !== undefined) return [];
    if (mine === undefined) return [{ kind: 'delete', collection, id, version }];
    if (document.kind === 'insert') return [{ kind: 'insert', collection, document: mine }];
    const set: { [field: string]: WireValue } = {};
    const unset: string[] = [];
    for (const field of changedFields) {
      const value = fieldValue(mine, field);
      if (value === undefined) unset.push(field);
      else set[field] = value;
    }
    return [{ kind: 'update', collection, id, version, set, unset }];
  });
  const of = (kind: DocumentEdit['kind']) => edits.filter((edit) => edit.kind === kind);
  return [...of('delete'), ...of('update'), ...of('insert')];
}

/** A document that is as it was needs no edit. */
function keep(documents: Map<string, StagedDocument>, staged: StagedDocument): void {
  const { id, base, mine } = staged;
  const isNothing = base !== undefined && mine !== undefined && differing(base, mine).length === 0;
  if (isNothing) documents.delete(id);
  else documents.set(id, staged);
}

function step(state: StagedEdits, documents: Documents): StagedEdits {
  const past = [...state.past, state.documents].slice(-undoStepsMax);
  return { ...state, documents, past, future: [] };
}
