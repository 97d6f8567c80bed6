/*
 * What one staged document is checked for: what is wrong with its values by themselves, the unique values that it is
 * going to hold, and the documents that it is going to refer to. All of it follows from the document and the schema alone,
 * so that it is found once for each document, however many are staged.
 */
import type { CollectionInfo } from '#contract';
import { fieldValue, type MergedDocument } from './staged-document.ts';
import { type StagedProblem, valueProblems } from './staged-problems.ts';
import type { Reference, SoughtKey } from './staged-questions.ts';
import { uniqueKeys, uniqueSets } from './unique-keys.ts';

interface HeldKey extends SoughtKey {
  /** The first of its fields that a commit writes; absent where it leaves all of them as they are. */
  readonly field: string | undefined;
}

interface HeldReference extends Reference {
  readonly field: string;
}

export interface StagedFacts {
  readonly problems: readonly StagedProblem[];
  /** Those of values that fit their fields: others could not be asked for. */
  readonly keys: readonly HeldKey[];
  readonly references: readonly HeldReference[];
}

const nothing: StagedFacts = { problems: [], keys: [], references: [] };

export function factsOf(document: MergedDocument, info: CollectionInfo): StagedFacts {
  if (document.mine === undefined) return nothing;
  const problems = valueProblems(document, info);
  return {
    problems,
    keys: keysOf(document, info, problems),
    references: referencesOf(document, info),
  };
}

function keysOf(
  { kind, mine, changedFields }: MergedDocument,
  info: CollectionInfo,
  problems: readonly StagedProblem[],
): readonly HeldKey[] {
  return uniqueSets(info).flatMap((fields) => {
    const names = fields.map((path) => path.split('.')[0] ?? path);
    if (problems.some(({ field }) => names.includes(field))) return [];
    const field = names.find((name) => kind === 'insert' || changedFields.includes(name));
    // A list may hold an element twice.
    const keys = new Map(uniqueKeys(mine, fields).map((held) => [held.key, held.values]));
    return [...keys].map(([key, values]) => ({
      ...{ fields, field, values },
      key: `${fields.join(' ')} ${key}`,
    }));
  });
}

function referencesOf(
  { kind, mine = {}, changedFields }: MergedDocument,
  { fields }: CollectionInfo,
): readonly HeldReference[] {
  return fields.flatMap(({ name, references: target }): readonly HeldReference[] => {
    if (target === undefined) return [];
    if (kind === 'update' && !changedFields.includes(name)) return [];
    const id = fieldValue(mine, name);
    return typeof id === 'string' && isId(id) ? [{ field: name, target, id }] : [];
  });
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
