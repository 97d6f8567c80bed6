/* The `search` of a read, once the variables of the run are known. */
import type { BoundSearch, Span } from '#engine/aql';
import type { CollectionEntry } from '../../catalog/catalog.ts';
import { AuroraError } from '../../errors.ts';
import type { SearchRequest } from '../../plan/logical-query.ts';
import type { SortKey } from '../../plan/sort-key.ts';
import type { Row } from '../../values/stored-value.ts';
import { evaluateOperand, type VariableValues } from '../operand.ts';
import { slotName } from '../selection.ts';
import {
  compileWordMatch,
  type SearchedField,
  searchedFields,
  searchTerms,
  type WordMatch,
} from './text-match.ts';

/** A search of one run. */
export interface TextSearch extends SearchRequest {
  readonly fields: readonly SearchedField[];
  readonly match: WordMatch;
  readonly minScore: number;
  /** Filled in by the operator that searches: what each document that was found has scored. */
  readonly scores: Map<Row, number>;
}

/** Under this key documents carry their score. */
export const scoreSlot = slotName('score');

/** The order of a search that asks for no other: the best first. */
export const rankKeys: readonly SortKey[] = [
  { path: [scoreSlot], direction: 'desc' },
  { path: ['id'], direction: 'asc' },
];

/** @throws AuroraError `TypeMismatch` for values of variables that do not fit */
export function resolveSearch(
  { query, fields, fuzzy, minScore }: BoundSearch,
  { definition }: CollectionEntry,
  variables: VariableValues,
  span: Span,
): TextSearch {
  const text = evaluateOperand(query, variables) ?? null;
  const isFuzzy = fuzzy === undefined ? null : (evaluateOperand(fuzzy, variables) ?? null);
  const least = minScore === undefined ? null : (evaluateOperand(minScore, variables) ?? null);
  if (typeof text !== 'string') throw mismatch('query', 'text', span);
  if (isFuzzy !== null && typeof isFuzzy !== 'boolean') {
    throw mismatch('fuzzy', 'true or false', span);
  }
  if (least !== null && typeof least !== 'number') throw mismatch('minScore', 'a number', span);
  const terms = searchTerms(text);
  const searched = searchedFields(fields, definition);
  return {
    scoreSlot,
    terms,
    fieldNames: searched.map(({ name }) => name),
    isFuzzy: isFuzzy ?? false,
    fields: searched,
    match: compileWordMatch(terms, isFuzzy ?? false),
    minScore: least ?? 0,
    scores: new Map(),
  };
}

function mismatch(name: string, what: string, span: Span): AuroraError {
  return new AuroraError('TypeMismatch', `"${name}" of a search takes ${what}.`, { span });
}
