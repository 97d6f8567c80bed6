/*
 * One document with what a person has made of it, and what others have made of it since: a merge of three. A field that
 * only one side has changed takes that side's value; one that both have changed to different values is a conflict, which
 * only the person resolves. Objects are merged member by member, so that two people may change one object in different
 * places. Nothing here knows of the page or the host.
 */
import type { WireValue } from '#contract';

/** Flat, with its id; a field that is not set is absent. */
export type EditedDocument = { readonly [field: string]: WireValue };

/** What a person has made of one document. */
export interface StagedDocument {
  readonly id: string;
  /** As it was when it was first edited, or when a conflict was resolved; `undefined` for a new one. */
  readonly base: EditedDocument | undefined;
  /** As the person wants it; `undefined` for one that is to be deleted. */
  readonly mine: EditedDocument | undefined;
}

/** A document as the host has it now; `undefined` when it is gone. */
export interface LiveDocument {
  readonly document: EditedDocument | undefined;
  readonly version: string | undefined;
}

type StagedKind = 'insert' | 'update' | 'delete';

/** What stands in the way of committing the edits of one document. */
type StagedConflict =
  /** Both sides have changed these fields. */
  | { readonly kind: 'fields'; readonly fields: readonly string[] }
  /** It was deleted while it was edited here. */
  | { readonly kind: 'gone' }
  /** It was changed while it was to be deleted here. */
  | { readonly kind: 'changed'; readonly fields: readonly string[] };

/** A staged document over the live one. */
export interface MergedDocument {
  readonly id: string;
  readonly kind: StagedKind;
  /** What it is compared with. */
  readonly base: EditedDocument | undefined;
  readonly mine: EditedDocument | undefined;
  readonly theirs: EditedDocument | undefined;
  /** The version that a commit names; `undefined` while it is not known, and for a new document. */
  readonly version: string | undefined;
  /** Fields that a commit would change. */
  readonly changedFields: readonly string[];
  readonly conflict?: StagedConflict;
}

/** The merge; `undefined` when nothing is left to be committed, because the document is as it is wanted. */
export function merged(
  staged: StagedDocument,
  live: LiveDocument | undefined,
): MergedDocument | undefined {
  const { id, base, mine } = staged;
  if (base === undefined) return mergedInsert(staged, live);
  const theirs = live === undefined ? base : live.document;
  const version = live?.version;
  if (mine === undefined) {
    if (theirs === undefined) return undefined;
    const fields = differing(base, theirs);
    const deleted = { id, kind: 'delete', base, mine, theirs, version, changedFields: [] } as const;
    return fields.length === 0 ? deleted : { ...deleted, conflict: { kind: 'changed', fields } };
  }
  const wanted = differing(base, mine);
  if (wanted.length === 0) return undefined;
  if (theirs === undefined) {
    const conflict = { kind: 'gone' } as const;
    return { id, kind: 'update', base, mine, theirs, version, changedFields: wanted, conflict };
  }
  const result: { [field: string]: WireValue } = { ...theirs };
  const fields: string[] = [];
  for (const field of wanted) {
    const sides = sidesOf(field, { base, mine, theirs });
    const { value, isConflict } = mergedValue(sides, 'mine');
    put(result, field, value);
    if (isConflict) fields.push(field);
  }
  const changedFields = differing(theirs, result);
  if (changedFields.length === 0) return undefined;
  const update = {
    id,
    kind: 'update',
    base,
    mine: result,
    theirs,
    version,
    changedFields,
  } as const;
  return fields.length === 0 ? update : { ...update, conflict: { kind: 'fields', fields } };
}

function mergedInsert(
  { id, mine }: StagedDocument,
  live: LiveDocument | undefined,
): MergedDocument | undefined {
  if (mine === undefined) return undefined;
  const theirs = live?.document;
  const fields = Object.keys(mine);
  const base = { id, kind: 'insert', base: undefined, mine, theirs, version: undefined } as const;
  if (theirs === undefined) return { ...base, changedFields: fields };
  // The document that was gone is there again, or somebody was faster with the same id.
  const differs = differing(theirs, mine);
  if (differs.length === 0) return undefined;
  return { ...base, changedFields: fields, conflict: { kind: 'changed', fields: differs } };
}

/** Whose value a conflict ends with. */
export type Side = 'mine' | 'theirs';

/**
 * The staged document after a conflict was decided: of one field, or of all of it. `undefined` when nothing of mine is
 * left.
 */
export function resolved(
  staged: StagedDocument,
  live: LiveDocument,
  side: Side,
  field?: string,
): StagedDocument | undefined {
  const { id, base, mine } = staged;
  const theirs = live.document;
  if (mine === undefined || base === undefined || theirs === undefined) {
    // Whole documents: mine is made anew over what there is now.
    return side === 'mine' ? { id, base: theirs, mine } : undefined;
  }
  const conflict = merged(staged, live)?.conflict;
  const fields = conflict?.kind === 'fields' ? conflict.fields : [];
  const nextBase: { [field: string]: WireValue } = { ...base };
  const nextMine: { [field: string]: WireValue } = { ...mine };
  for (const each of field === undefined ? fields : [field]) {
    put(nextBase, each, fieldValue(theirs, each));
    put(nextMine, each, mergedValue(sidesOf(each, { base, mine, theirs }), side).value);
  }
  return { id, base: nextBase, mine: nextMine };
}

interface Sides<Of> {
  readonly base: Of;
  readonly mine: Of;
  readonly theirs: Of;
}

function sidesOf(field: string, { base, mine, theirs }: Sides<EditedDocument>) {
  const of = (document: EditedDocument) => fieldValue(document, field);
  return { base: of(base), mine: of(mine), theirs: of(theirs) };
}

/** The merge of one value; where both sides have changed it to different ones, that of the preferred side. */
function mergedValue(
  { base, mine, theirs }: Sides<WireValue | undefined>,
  preferred: Side,
): { readonly value: WireValue | undefined; readonly isConflict: boolean } {
  if (isSame(base, mine)) return { value: theirs, isConflict: false };
  if (isSame(base, theirs) || isSame(mine, theirs)) return { value: mine, isConflict: false };
  if (!isObject(base) || !isObject(mine) || !isObject(theirs)) {
    return { value: preferred === 'mine' ? mine : theirs, isConflict: true };
  }
  const value: { [member: string]: WireValue } = {};
  let isConflict = false;
  for (const name of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const member = mergedValue(sidesOf(name, { base, mine, theirs }), preferred);
    put(value, name, member.value);
    isConflict ||= member.isConflict;
  }
  return { value, isConflict };
}

/** The document with another value at a path, whose objects are made where there are none; `undefined` unsets it. */
export function withValueAt(
  document: EditedDocument,
  [field = '', ...inner]: readonly string[],
  value: WireValue | undefined,
): EditedDocument {
  const next: { [field: string]: WireValue } = { ...document };
  const old = fieldValue(document, field);
  const within = isObject(old) ? old : {};
  put(next, field, inner.length === 0 ? value : withValueAt(within, inner, value));
  return next;
}

/** The value at a path; `undefined` where there is none. */
export function valueAt(
  document: EditedDocument,
  [field = '', ...inner]: readonly string[],
): WireValue | undefined {
  const value = fieldValue(document, field);
  if (inner.length === 0) return value;
  return isObject(value) ? valueAt(value, inner) : undefined;
}

/** Fields in which two documents differ; a field that is not set differs from null. */
export function differing(left: EditedDocument, right: EditedDocument): readonly string[] {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].filter((name) => !isSame(fieldValue(left, name), fieldValue(right, name)));
}

export function fieldValue(document: EditedDocument, field: string): WireValue | undefined {
  return Object.hasOwn(document, field) ? document[field] : undefined;
}

export function isSame(left: WireValue | undefined, right: WireValue | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  if (left === null || right === null) return false;
  return text(left) === text(right);
}

export function isObject(value: WireValue | undefined): value is EditedDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: WireValue): string {
  return JSON.stringify(value, (_key, inner: WireValue) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function put(
  document: { [field: string]: WireValue },
  field: string,
  value: WireValue | undefined,
): void {
  if (value === undefined) delete document[field];
  else document[field] = value;
}
