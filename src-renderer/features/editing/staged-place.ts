/* Where something is staged, for those who lead there. */
import type { MergedDocument } from './staged-document.ts';
import { isBlocking, type StagedProblem } from './staged-problems.ts';
import type { StagedStore } from './staged-store.ts';

export interface StagedPlace {
  readonly collection: string;
  readonly id: string;
  /** Absent where the whole document is meant. */
  readonly field?: string | undefined;
}

/** A problem, with the collection that it is in. */
export type PlacedProblem = StagedProblem & StagedPlace;

/** What has to be corrected before a commit, in the order in which it was staged. */
export function blockingProblems(stores: readonly StagedStore[]): readonly PlacedProblem[] {
  return stores.flatMap((store) =>
    [...store.problems().values()].flatMap((problems) =>
      problems.filter(isBlocking).map((each) => ({ ...each, collection: store.collection })),
    ),
  );
}

/** All that waits for a decision of the person: conflicts, then problems. */
export function openPlaces(stores: readonly StagedStore[]): readonly StagedPlace[] {
  const conflicts = stores.flatMap((store) =>
    store.merged().flatMap((document) => conflictPlaces(store.collection, document)),
  );
  return [...conflicts, ...blockingProblems(stores)];
}

function conflictPlaces(
  collection: string,
  { id, conflict }: MergedDocument,
): readonly StagedPlace[] {
  if (conflict === undefined) return [];
  if (conflict.kind === 'gone') return [{ collection, id }];
  return conflict.fields.map((field) => ({ collection, id, field }));
}

/** `2 cells lack a value, 1 cell does not fit its field`; nothing where nothing is to be corrected. */
export function holdText(problems: readonly StagedProblem[]): string | undefined {
  const parts = (['missing', 'unfit', 'taken'] as const).flatMap((kind) => {
    const count = problems.filter((each) => each.kind === kind).length;
    return count === 0 ? [] : [problemText(kind, count)];
  });
  return parts.length === 0 ? undefined : parts.join(', ');
}

const verbs = {
  missing: ['lacks a value', 'lack a value'],
  unfit: ['does not fit its field', 'do not fit their fields'],
  taken: ['has a value of another document', 'have values of other documents'],
} as const;

/** `2 cells lack a value` */
export function problemText(kind: keyof typeof verbs, count: number): string {
  const [one, more] = verbs[kind];
  return count === 1 ? `1 cell ${one}` : `${count.toLocaleString('en-US')} cells ${more}`;
}
