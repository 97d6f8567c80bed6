/*
 * Everything in the language that changes something, in one table: how it is written and what it does to what is
 * there. The binder finds the functions of mutations here, and whatever guards writes knows from here which to stop.
 * So what is not in these tables can neither be bound nor slip past a guard, and a kind without an effect does not
 * compile.
 */
import type { BoundMutationField } from './bound-mutation.ts';
import type { BoundMigrationStep, BoundSchemaChange } from './bound-schema.ts';

/** A field of a mutation, a statement of a schema block or a step of a migration. */
export type ChangeKind =
  | Exclude<BoundMutationField['kind'], 'typename'>
  | BoundSchemaChange['kind']
  | BoundMigrationStep['kind'];

/**
 * `none`: changes nothing itself. `adds`: leaves alone what is there. `touches`: changes or removes what is there, so
 * that a person is shown what it is about to touch.
 */
export type ChangeEffect = 'none' | 'adds' | 'touches';

/** What each kind of change does to what is there. */
export const changeEffects = {
  insert: 'adds',
  update: 'touches',
  upsert: 'touches',
  delete: 'touches',
  export: 'none',
  enqueue: 'adds',
  cancelJob: 'touches',
  retryJob: 'touches',
  // The fields that it groups have effects of their own.
  transaction: 'none',
  defineCollection: 'adds',
  alterCollection: 'touches',
  dropCollection: 'touches',
  defineHandler: 'adds',
  dropHandler: 'touches',
  migrateData: 'touches',
} as const satisfies { readonly [Kind in ChangeKind]: ChangeEffect };

/** A change that writes itself. */
export type WritingKind = {
  [Kind in ChangeKind]: (typeof changeEffects)[Kind] extends 'none' ? never : Kind;
}[ChangeKind];

export function isWriting(kind: ChangeKind): kind is WritingKind {
  return changeEffects[kind] !== 'none';
}

/** The functions of mutations, every spelling. */
export const mutationFunctions = {
  insertInto: 'insert',
  insert: 'insert',
  insertMany: 'insert',
  import: 'insert',
  update: 'update',
  upsert: 'upsert',
  deleteFrom: 'delete',
  delete: 'delete',
  export: 'export',
  enqueueJob: 'enqueue',
  enqueueJobs: 'enqueue',
  cancelJob: 'cancelJob',
  retryJob: 'retryJob',
  transaction: 'transaction',
} as const satisfies Readonly<Record<string, ChangeKind>>;

export type MutationKind = (typeof mutationFunctions)[keyof typeof mutationFunctions];

const kinds: ReadonlyMap<string, MutationKind> = new Map(Object.entries(mutationFunctions));

/** What a function of mutations is; `undefined` when there is none of that name. */
export function mutationKind(name: string): MutationKind | undefined {
  return kinds.get(name);
}
