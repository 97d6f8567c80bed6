/*
 * Staged edits against a model: random edits, undo and redo while others write the same documents; then the commit. What
 * the host has afterwards is what the rule of merging says, field by field: who alone changed a field wins, and where both
 * did there is a conflict, none lost and none invented. A failure prints its seed.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireValue } from '#contract';
import type { DocumentEdit } from '#engine/aql';
import { type EditedDocument, isObject, isSame } from './staged-document.ts';
import {
  countsOf,
  deleteDocuments,
  discard,
  documentEdits,
  editFields,
  insertDocuments,
  mergedDocuments,
  nothingStaged,
  observe,
  redo,
  resolve,
  type StagedEdits,
  undo,
  undoStepsMax,
} from './staged-edits.ts';

type Document = EditedDocument & { readonly id: string };

/** What the host has, with versions that grow, as its digests differ. */
class Host {
  readonly documents = new Map<string, Document>();

  version(id: string): string {
    return JSON.stringify(this.documents.get(id) ?? null);
  }

  seen(id: string) {
    const document = this.documents.get(id);
    return { id, document, version: document === undefined ? undefined : this.version(id) };
  }

  /** All or nothing, as a mutation does it. */
  commit(edits: readonly DocumentEdit[]): void {
    for (const edit of edits) {
      if (edit.kind === 'insert')
        expect(this.documents.has(String(edit.document['id']))).toBe(false);
      else expect(edit.version).toBe(this.version(edit.id));
    }
    for (const edit of edits) {
      if (edit.kind === 'delete') this.documents.delete(edit.id);
      else if (edit.kind === 'insert') {
        this.documents.set(String(edit.document['id']), {
          ...edit.document,
          id: String(edit.document['id']),
        });
      } else {
        const next: { [field: string]: WireValue } = {
          ...this.documents.get(edit.id),
          ...edit.set,
        };
        for (const field of edit.unset) delete next[field];
        this.documents.set(edit.id, { ...next, id: edit.id });
      }
    }
  }
}

const ids = ['a', 'b', 'c', 'd'] as const;
const fields = ['x', 'y', 'z'] as const;
const values = fc.constantFrom<(WireValue | undefined)[]>(
  ...[undefined, null, 0, 1, '', 'text', [1]],
  ...[{ k: 1 }, { k: 2 }, { k: 1, l: 1 }, { k: 2, l: 2 }, { l: { m: 1 } }, { k: 1, l: { m: 2 } }],
);
const id = fc.constantFrom(...ids);
const field = fc.constantFrom(...fields);

type Step =
  | {
      readonly kind: 'edit' | 'theirs';
      readonly id: string;
      readonly field: string;
      readonly value: WireValue | undefined;
    }
  | { readonly kind: 'delete' | 'theirDelete' | 'theirInsert' | 'discard'; readonly id: string }
  | { readonly kind: 'insert'; readonly value: WireValue | undefined }
  | { readonly kind: 'undo' | 'redo' };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('edit' as const), id, field, value: values }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('theirs' as const), id, field, value: values }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          'delete' as const,
          'theirDelete' as const,
          'theirInsert' as const,
          'discard' as const,
        ),
        id,
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('insert' as const), value: values }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constantFrom('undo' as const, 'redo' as const) }),
    },
  ),
  { maxLength: 30, size: 'max' },
);

function put(document: Document, name: string, value: WireValue | undefined): Document {
  const { [name]: _old, ...rest } = document;
  return value === undefined
    ? { ...rest, id: document.id }
    : { ...rest, id: document.id, [name]: value };
}

/** Plays steps; the grid shows a document as it is staged, or as the host has it. */
function play(list: readonly Step[]) {
  const host = new Host();
  for (const each of ids) host.documents.set(each, { id: each, x: 1, y: 'text' });
  let state: StagedEdits = nothingStaged;
  let count = 0;
  for (const step of list) {
    switch (step.kind) {
      case 'edit': {
        const shown = host.documents.get(step.id);
        if (shown === undefined && !state.documents.has(step.id)) break;
        const edit = { shown: shown ?? { id: step.id }, field: step.field, value: step.value };
        state = editFields(state, [edit]);
        break;
      }
      case 'insert':
        count += 1;
        state = insertDocuments(state, [put({ id: `new ${count}` }, 'x', step.value)]);
        break;
      case 'delete': {
        const shown = host.documents.get(step.id);
        if (shown !== undefined) state = deleteDocuments(state, [shown]);
        break;
      }
      case 'discard':
        state = discard(state, [step.id]);
        break;
      case 'undo':
        state = undo(state);
        break;
      case 'redo':
        state = redo(state);
        break;
      case 'theirs': {
        const document = host.documents.get(step.id);
        if (document !== undefined)
          host.documents.set(step.id, put(document, step.field, step.value));
        break;
      }
      case 'theirDelete':
        host.documents.delete(step.id);
        break;
      case 'theirInsert':
        if (!host.documents.has(step.id)) host.documents.set(step.id, { id: step.id, z: 9 });
        break;
    }
    // The host tells of every document that is staged, whatever became of it.
    state = observe(
      state,
      [...state.documents.keys()].map((each) => host.seen(each)),
    );
  }
  return { host, state };
}

const conflict = Symbol('conflict');

/** The rule of merging, by the leaves of objects: who alone changed one has it as it wants. */
function threeWay(
  base: WireValue | undefined,
  mine: WireValue | undefined,
  theirs: WireValue | undefined,
): WireValue | undefined | typeof conflict {
  if (isSame(mine, theirs)) return mine;
  if (isSame(base, mine)) return theirs;
  if (isSame(base, theirs)) return mine;
  if (![base, mine, theirs].every(isObject)) return conflict;
  const names = new Set([base, mine, theirs].flatMap((each) => Object.keys(each ?? {})));
  const members: { [name: string]: WireValue } = {};
  for (const name of names) {
    const of = (value: WireValue | undefined) => (isObject(value) ? value[name] : undefined);
    const member = threeWay(of(base), of(mine), of(theirs));
    if (member === conflict) return conflict;
    if (member !== undefined) members[name] = member;
  }
  return members;
}

describe('staged edits', () => {
  it('commit what the rule of merging says, and report every conflict', () => {
    let conflictCount = 0;
    let committedCount = 0;
    const property = fc.property(steps, (list) => {
      const { host, state } = play(list);
      const before = new Map(host.documents);
      const documents = mergedDocuments(state);
      const conflicting = new Set(
        documents.filter(({ conflict }) => conflict !== undefined).map((each) => each.id),
      );
      for (const staged of state.documents.values()) {
        const theirs = before.get(staged.id);
        const { base, mine } = staged;
        const isConflict =
          base === undefined
            ? theirs !== undefined && !isSame(theirs, mine ?? null)
            : mine === undefined
              ? theirs !== undefined && !isSame(theirs, base)
              : theirs === undefined
                ? !isSame(mine, base)
                : [...fields, 'id'].some(
                    (name) => threeWay(base[name], mine[name], theirs[name]) === conflict,
                  );
        expect(conflicting.has(staged.id)).toBe(isConflict);
      }
      host.commit(documentEdits('c', documents));
      const touched = new Set(state.documents.keys());
      for (const [each, document] of before) {
        if (!touched.has(each) || conflicting.has(each))
          expect(host.documents.get(each)).toEqual(document);
      }
      for (const { id: each, base, mine } of state.documents.values()) {
        if (conflicting.has(each)) continue;
        const after = host.documents.get(each);
        const theirs = before.get(each);
        if (mine === undefined) expect(after).toBeUndefined();
        else if (base === undefined) expect(after).toEqual(mine);
        else {
          for (const name of fields) {
            const wanted = threeWay(base[name], mine[name], theirs?.[name]);
            expect(wanted !== conflict && isSame(after?.[name], wanted)).toBe(true);
          }
        }
      }
      conflictCount += conflicting.size;
      committedCount += documents.length - conflicting.size;
    });
    fc.assert(property, { numRuns: 2000 });
    expect(conflictCount).toBeGreaterThan(500);
    expect(committedCount).toBeGreaterThan(500);
  });

  it('can all be committed once each conflict is decided, as it was decided', () => {
    const property = fc.property(
      steps,
      fc.array(fc.constantFrom('mine' as const, 'theirs' as const), {
        minLength: 40,
        maxLength: 40,
      }),
      (list, sides) => {
        const { host, state } = play(list);
        let next = state;
        let at = 0;
        for (const document of mergedDocuments(state)) {
          const { conflict } = document;
          if (conflict === undefined) continue;
          const names = conflict.kind === 'fields' ? conflict.fields : [undefined];
          for (const name of names) {
            const side = sides[at] ?? 'mine';
            at += 1;
            next = resolve(next, document.id, side, name);
          }
        }
        const documents = mergedDocuments(next);
        // A new document whose id somebody else has taken becomes an update of that one.
        expect(documents.filter(({ conflict }) => conflict !== undefined)).toEqual([]);
        host.commit(documentEdits('c', documents));
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });

  it('are undone and done again step by step, hundreds of them', () => {
    const shown = { id: 'a', x: 0 };
    let state = nothingStaged;
    for (let value = 1; value <= 600; value += 1) {
      state = editFields(state, [{ shown, field: 'x', value }]);
    }
    const valueNow = () => mergedDocuments(state)[0]?.mine?.['x'] ?? 0;
    for (let value = 599; value >= 0; value -= 1) {
      state = undo(state);
      expect(valueNow()).toBe(value);
    }
    expect(undo(state)).toBe(state);
    for (let value = 1; value <= 600; value += 1) state = redo(state);
    expect([valueNow(), redo(state) === state, undoStepsMax >= 500]).toEqual([600, true, true]);
  });

  it('count documents by what becomes of them, and forget those that are as they were', () => {
    const shown = { id: 'a', x: 0 };
    let state = editFields(nothingStaged, [{ shown, field: 'x', value: 1 }]);
    state = insertDocuments(state, [{ id: 'n', x: 5 }]);
    state = deleteDocuments(state, [{ id: 'b', x: 2 }]);
    expect(countsOf(mergedDocuments(state))).toEqual({
      inserted: 1,
      updated: 1,
      deleted: 1,
      conflicts: 0,
    });
    state = editFields(state, [{ shown, field: 'x', value: 0 }]);
    state = deleteDocuments(state, [{ id: 'n', x: 5 }]);
    expect(countsOf(mergedDocuments(state))).toEqual({
      inserted: 0,
      updated: 0,
      deleted: 1,
      conflicts: 0,
    });
    expect(mergedDocuments(discard(state))).toEqual([]);
  });
});
