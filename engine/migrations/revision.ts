/* All steps of a version that concern the documents of one collection, as one revision of each document. */
import type { CollectionDefinition, JsonValue } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import { limits } from '../limits.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { checkRevised } from './definition-check.ts';
import type { OpenDocument, Refuse } from './document-step.ts';
import type { PlannedCollection, PlannedStep } from './version-plan.ts';

/** A document before and after a step; only the part that the step is about. */
interface StepSample {
  readonly id: string;
  readonly before: { readonly [field: string]: JsonValue };
  readonly after: { readonly [field: string]: JsonValue };
}

/** What a step has done so far. */
interface StepCount {
  read: number;
  changed: number;
  readonly samples: StepSample[];
}

/** What is told of a document that a version cannot go over. */
export type OnRefused = (
  document: StoredDocument,
  problem: string,
  step: PlannedStep | undefined,
) => void;

export interface RevisionCounts {
  /** Documents that a version changes, each once. */
  changed: number;
  readonly steps: ReadonlyMap<PlannedStep, StepCount>;
}

export function newCounts(steps: readonly PlannedStep[]): RevisionCounts {
  const counts = new Map<PlannedStep, StepCount>();
  for (const step of steps) counts.set(step, { read: 0, changed: 0, samples: [] });
  return { changed: 0, steps: counts };
}

/** True when the documents have to be looked at: they change, or what is asked of them does. */
export function concernsDocuments({ before, definition, steps }: PlannedCollection): boolean {
  const fills = ({ kind, documents }: PlannedStep) =>
    documents !== undefined && kind !== 'addField';
  if (steps.some(fills) || before.definition.open) return steps.length > 0;
  return definition.fields.some((field) => {
    const isOld = before.definition.fields.some(({ name }) => name === field.name);
    return !isOld && (!field.nullable || field.default !== undefined);
  });
}

/** Gives what a document becomes. With `isAgain` it is not counted: another form of it was. */
export function reviseWith(
  { definition, steps }: PlannedCollection,
  counts: RevisionCounts,
  onRefused: OnRefused,
): (document: StoredDocument, isAgain: boolean) => StoredDocument {
  return (document, isAgain) => {
    const open: OpenDocument = { ...document };
    let isChanged = false;
    for (const step of steps) {
      const count = isAgain ? undefined : counts.steps.get(step);
      isChanged = takeStep(step, open, { count, onRefused }) || isChanged;
    }
    if (isChanged && !isAgain) counts.changed += 1;
    const revised = isChanged ? inOrder(definition, open) : document;
    checkRevised(definition, revised, (refused, problem) => onRefused(refused, problem, undefined));
    return revised;
  };
}

function takeStep(
  step: PlannedStep,
  document: OpenDocument,
  { count, onRefused }: { readonly count: StepCount | undefined; readonly onRefused: OnRefused },
): boolean {
  const { documents } = step;
  if (documents === undefined) return false;
  const refuse: Refuse = (refused, problem) => onRefused(refused, problem, step);
  if (count === undefined) return documents.apply(document, refuse);
  const isSampled = count.samples.length < limits.migrationSamplesMax;
  const before = isSampled ? documents.before(document) : {};
  const isChanged = documents.apply(document, refuse);
  count.read += 1;
  if (!isChanged) return false;
  count.changed += 1;
  if (isSampled) {
    count.samples.push({ id: document.id, before, after: documents.after(document) });
  }
  return true;
}

/** In the order of the definition, so that documents of a collection share few record structures. */
export function inOrder(
  { fields }: CollectionDefinition,
  document: StoredDocument,
): StoredDocument {
  const ordered: { id: string; [field: string]: StoredValue } = { id: document.id };
  for (const { name } of fields) {
    if (Object.hasOwn(document, name)) ordered[name] = document[name] ?? null;
  }
  for (const [name, value] of Object.entries(document)) {
    if (!Object.hasOwn(ordered, name)) setOwn(ordered, name, value);
  }
  return ordered;
}
