/*
 * What undoing a version makes of one document: a merge of three. `old` is the document as the version found it, from
 * the copy that it kept; `base` is what the version made of it, computed again; and the document as it is now. Where
 * now is what the version made, the old value comes back; where somebody has written since, what they wrote stays,
 * under its old name and in its old type. A document that came later has no old form: its values go back as they are.
 */
import type {
  BoundAlteration,
  BoundAssignment,
  BoundMigrationStep,
  CollectionDefinition,
  FieldDefinition,
} from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import type { UndoneCollection } from '../catalog/migration-record.ts';
import { sameValue } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { alteredDefinition } from './altered-definition.ts';
import { checkRevised } from './definition-check.ts';
import {
  alterationStep,
  assignmentStep,
  type DocumentStep,
  type OpenDocument,
  type Refuse,
} from './document-step.ts';
import { inOrder } from './revision.ts';
import { convertStored } from './value-conversion.ts';

/** Takes a value that is written since and has no place in the old form. */
type OnLoss = (field: string) => void;

export interface Undoing {
  /** Gives what a document becomes. `old` is its form before the version, if it had one and that was kept. */
  readonly undo: (
    document: StoredDocument,
    old: StoredDocument | undefined,
    on: { readonly refuse: Refuse; readonly lose: OnLoss },
  ) => StoredDocument;
  /** True when documents have to be looked at. */
  readonly concernsDocuments: boolean;
}

/** Field names of the old form, and what they are called now; `undefined` for fields that were dropped. */
type Places = Map<string, string | undefined>;

export function undoing({ before, after, steps }: UndoneCollection, nowMs: number): Undoing {
  const { places, added, forward, unsteady } = followed(before, steps, nowMs);
  const newTypes = new Map(after.fields.map((field) => [field.name, field]));
  const isMoved = [...places].some(([from, to]) => from !== to);
  const isTyped = before.fields.some((field) => {
    const now = newTypes.get(places.get(field.name) ?? '');
    return now !== undefined && typeText(now) !== typeText(field);
  });
  return {
    concernsDocuments: forward.length > 0 || isMoved || isTyped || added.size > 0,
    undo: (document, old, { refuse, lose }) => {
      const base = old === undefined ? undefined : revised(old, forward);
      const isSame = (name: string): boolean =>
        base !== undefined &&
        ((unsteady.has(name) && Object.hasOwn(document, name)) || isSameAt(document, base, name));
      if (old !== undefined && namesOf(document, base).every(isSame)) return old;
      const result: OpenDocument = { id: document.id };
      for (const field of before.fields) {
        const now = places.get(field.name);
        if (now === undefined || isSame(now)) copyValue(result, old, field.name);
        else putBack(result, document, { field, now: newTypes.get(now), name: now, refuse });
      }
      const declared = new Set([...before.fields, ...after.fields].map(({ name }) => name));
      for (const name of namesOf(document, old)) {
        if (declared.has(name) || name === 'id') continue;
        copyValue(result, isSame(name) ? old : document, name);
      }
      for (const name of added) {
        if (before.open && old !== undefined && Object.hasOwn(old, name)) {
          copyValue(result, isSame(name) ? old : document, name);
        } else if (isWritten(document, base, { name, field: newTypes.get(name) })) lose(name);
      }
      const ordered = inOrder(before, result);
      checkRevised(before, ordered, refuse);
      return ordered;
    },
  };
}

/** What the steps of a version do to names and documents. */
function followed(
  before: CollectionDefinition,
  steps: readonly BoundMigrationStep[],
  nowMs: number,
) {
  const context = { nowMs, newId: () => '00000000-0000-7000-8000-000000000000' };
  const places: Places = new Map(before.fields.map(({ name }) => [name, name]));
  const added = new Set<string>();
  /** Fields that hold what cannot be computed again: they count as not written since. */
  const unsteady = new Set<string>();
  const forward: DocumentStep[] = [];
  let definition = before;
  for (const step of steps) {
    if (step.kind === 'migrateData') {
      for (const assignment of step.assignments) {
        forward.push(assignmentStep(assignment, definition, context));
        const [first = ''] = assignment.path;
        if (isUnsteady(assignment, unsteady)) unsteady.add(first);
      }
    } else if (step.kind === 'alterCollection') {
      for (const action of step.actions) {
        move(action, places, { added, unsteady });
        definition = alteredDefinition(definition, action);
        const documents = alterationStep(action, definition, context);
        if (documents !== undefined) forward.push(documents);
      }
    }
  }
  return { places, added, forward, unsteady };
}

/** True for a new id, and for what is made of one. */
function isUnsteady(assignment: BoundAssignment, unsteady: ReadonlySet<string>): boolean {
  const text = JSON.stringify(assignment);
  const reads = (name: string) => text.includes(`"path":[${JSON.stringify(name)}`);
  return text.includes('"name":"uuid"') || [...unsteady].some(reads);
}

function move(
  action: BoundAlteration,
  places: Places,
  { added, unsteady }: { readonly added: Set<string>; readonly unsteady: Set<string> },
): void {
  if (action.kind === 'addField' && !action.isThere) added.add(action.field.name);
  const [from, to] =
    action.kind === 'renameField'
      ? [action.from, action.to]
      : action.kind === 'dropField'
        ? [action.name, undefined]
        : [undefined, undefined];
  if (from === undefined) return;
  for (const [name, place] of places) if (place === from) places.set(name, to);
  for (const names of [added, unsteady]) {
    if (names.delete(from) && to !== undefined) names.add(to);
  }
}

function revised(old: StoredDocument, forward: readonly DocumentStep[]): StoredDocument {
  const open: OpenDocument = { ...old };
  // The version went over this document once: nothing is refused.
  for (const { apply } of forward) apply(open, () => undefined);
  return open;
}

function putBack(
  result: OpenDocument,
  document: StoredDocument,
  {
    field,
    now,
    name,
    refuse,
  }: {
    readonly field: FieldDefinition;
    readonly now: FieldDefinition | undefined;
    readonly name: string;
    readonly refuse: Refuse;
  },
): void {
  if (!Object.hasOwn(document, name)) return;
  const value = document[name] ?? null;
  const converted = convertStored(value, now?.type ?? field.type, field.type);
  if (converted.kind === 'stored') result[field.name] = converted.value;
  else refuse(document, `"${name}": ${converted.problem}`);
}

/** True when a field that goes has a value that neither the version nor its default gave it. */
function isWritten(
  document: StoredDocument,
  base: StoredDocument | undefined,
  { name, field }: { readonly name: string; readonly field: FieldDefinition | undefined },
): boolean {
  const value = Object.hasOwn(document, name) ? (document[name] ?? null) : null;
  if (value === null) return false;
  if (base !== undefined) return !isSameAt(document, base, name);
  const given = field?.default;
  return given === undefined || given.kind !== 'value' || !sameValue(value, stored(given.value));
}

function stored(value: unknown): StoredValue {
  // Defaults of the simple types are stored as they are written; any other counts as written since.
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : null;
}

function isSameAt(one: StoredDocument, other: StoredDocument, name: string): boolean {
  const [isHere, isThere] = [Object.hasOwn(one, name), Object.hasOwn(other, name)];
  if (!isHere || !isThere) return isHere === isThere;
  return sameValue(one[name] ?? null, other[name] ?? null);
}

function copyValue(result: OpenDocument, from: StoredDocument | undefined, name: string): void {
  if (from !== undefined && Object.hasOwn(from, name)) setOwn(result, name, from[name] ?? null);
}

function namesOf(document: StoredDocument, other: StoredDocument | undefined): readonly string[] {
  return [...new Set([...Object.keys(document), ...Object.keys(other ?? {})])];
}

function typeText({ type }: FieldDefinition): string {
  return JSON.stringify(type);
}
