/*
 * What stands in the way of staged documents being committed, told before anything is sent: fields that must have a
 * value and have none, values that do not fit their field, values that only one document may have. And what does not
 * stand in the way, but should be known: references that lead nowhere.
 */
import type { CollectionInfo, FieldInfo } from '#contract';
import { fieldValue, type MergedDocument } from './staged-document.ts';
import { absenceProblem, givenValue } from './value-text.ts';

export interface StagedProblem {
  readonly id: string;
  readonly field: string;
  /** A `dangling` reference may be committed. */
  readonly kind: 'missing' | 'unfit' | 'taken' | 'dangling';
  /** A sentence that names the field. */
  readonly message: string;
}

export function isBlocking({ kind }: StagedProblem): boolean {
  return kind !== 'dangling';
}

type Described = Pick<CollectionInfo, 'fields'>;

/** What is wrong with the values of one document by themselves, in the order of its fields. */
export function valueProblems(
  document: MergedDocument,
  { fields }: Described,
): readonly StagedProblem[] {
  if (document.mine === undefined) return [];
  return writtenFields(document, fields).flatMap((field) => fieldProblem(document, field) ?? []);
}

/** The fields that a commit of the document writes. */
function writtenFields(
  { kind, changedFields }: MergedDocument,
  fields: readonly FieldInfo[],
): readonly FieldInfo[] {
  return kind === 'insert' ? fields : fields.filter(({ name }) => changedFields.includes(name));
}

function fieldProblem(document: MergedDocument, field: FieldInfo): StagedProblem | undefined {
  const { id, kind, mine = {} } = document;
  const { name } = field;
  const value = fieldValue(mine, name);
  if (value === undefined && kind === 'insert' && field.default !== undefined) return undefined;
  if (value === undefined || value === null) {
    const message = absenceProblem(field);
    return message === undefined ? undefined : { id, field: name, kind: 'missing', message };
  }
  const given = givenValue(value, field);
  if (given.kind === 'value') return undefined;
  const message = given.message.startsWith(name) ? given.message : `${name}: ${given.message}`;
  return { id, field: name, kind: 'unfit', message };
}

/** What is told of a field whose value, alone or with others, another document has. */
export function takenProblem(
  id: string,
  { fields, field }: { readonly fields: readonly string[]; readonly field: string },
  by: 'staged' | 'stored',
): StagedProblem {
  const which = fields.length === 1 ? `this ${field}` : `this ${fields.join(' and ')}`;
  const who = by === 'staged' ? 'is going to have' : 'has';
  return { id, field, kind: 'taken', message: `Another document ${who} ${which}.` };
}

export function danglingProblem(
  id: string,
  { field, target }: { readonly field: string; readonly target: string },
): StagedProblem {
  const message = `${field} leads nowhere: ${target} has no document of this id.`;
  return { id, field, kind: 'dangling', message };
}
