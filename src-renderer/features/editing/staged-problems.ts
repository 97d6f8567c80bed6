/*
 * What stands in the way of staged documents being committed, told before anything is sent: fields that must have a
 * value and have none, values that do not fit their field, values that only one document may have. And what does not
 * stand in the way, but should be known: references that lead nowhere.
 */
import type { CollectionInfo, FieldInfo } from '#contract';
import { fieldValue, type MergedDocument } from './staged-document.ts';
import { uniqueKeys, uniqueSets } from './unique-keys.ts';
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

type Described = Pick<CollectionInfo, 'fields' | 'indexes'>;

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

/** Values that several staged documents are to have, and only one may: each of them is told of. */
export function rivalProblems(
  documents: readonly MergedDocument[],
  info: Described,
): readonly StagedProblem[] {
  return uniqueSets(info).flatMap((fields) => {
    const holders = new Map<string, Set<MergedDocument>>();
    for (const document of documents) {
      for (const { key } of uniqueKeys(document.mine, fields)) {
        const others = holders.get(key);
        if (others === undefined) holders.set(key, new Set([document]));
        else others.add(document);
      }
    }
    const rivals = new Set(
      [...holders.values()].flatMap((some) => (some.size > 1 ? [...some] : [])),
    );
    return [...rivals].flatMap((document) => takenProblem(document, fields, 'staged'));
  });
}

/** What is told of a document whose values another one has; of one that leaves them as they are, nothing. */
export function takenProblem(
  { id, kind, changedFields }: MergedDocument,
  fields: readonly string[],
  by: 'staged' | 'stored',
): readonly StagedProblem[] {
  const written = fields.map((path) => path.split('.')[0] ?? path);
  const field = written.find((name) => kind === 'insert' || changedFields.includes(name));
  if (field === undefined) return [];
  const which = fields.length === 1 ? `this ${field}` : `this ${fields.join(' and ')}`;
  const who = by === 'staged' ? 'is going to have' : 'has';
  return [{ id, field, kind: 'taken', message: `Another document ${who} ${which}.` }];
}
