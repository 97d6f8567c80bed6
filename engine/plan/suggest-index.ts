/*
 * Indexes that may help a query which reads a collection to find few of its documents, or the first ones of an order.
 * Whether they do, `tryIndex` measures; so only what is certain not to help is left out here: conditions that no index
 * answers, fields that have one, and values that a sample of the field has shown to be frequent.
 */

import { columnSpecOf } from './column-access.ts';
import type { Candidate, RuleInput } from './logical-query.ts';
import type { IndexSuggestion } from './plan-trace.ts';
import type { ResolvedComparison, ResolvedFilter } from './resolved-filter.ts';

const pinning: readonly string[] = ['eq', 'isNull'];
const answered: readonly string[] = [...pinning, 'in', 'gt', 'gte', 'lt', 'lte', 'between'];
const containing: readonly string[] = ['contains', 'containsAny', 'containsAll'];
/** An index is not worth its writes when more of the documents than this are found by it. */
const shareMax = 0.05;

/** The most promising first; at most one for the conditions, and one for the order. */
export function suggestIndexes(input: RuleInput, best: Candidate): readonly IndexSuggestion[] {
  const { query, conjuncts } = input;
  if (best.source.kind !== 'fullScan' || query.rowsMax === 0) return [];
  const comparisons = conjuncts.filter(isAnswerable);
  const documentCount = input.facts.documentCount(query.collection);
  const collection = query.collection.definition.name;
  const suggestions: IndexSuggestion[] = [];
  const found = rarest(input, comparisons);
  if (found !== undefined) {
    const { conjunct, share } = found;
    const rowsEstimate =
      share === undefined ? {} : { rowsEstimate: Math.round(share * documentCount) };
    suggestions.push({ collection, fields: [fieldOf(conjunct)], documentCount, ...rowsEstimate });
  }
  const ordered = orderFields(input, comparisons);
  if (ordered !== undefined) suggestions.push({ collection, fields: ordered, documentCount });
  return suggestions;
}

function rarest({ query, facts, shares }: RuleInput, comparisons: readonly ResolvedComparison[]) {
  const { collection } = query;
  let best: { readonly conjunct: ResolvedComparison; readonly share?: number } | undefined;
  for (const conjunct of comparisons) {
    const field = fieldOf(conjunct);
    if (collection.indexes.some(({ fields, text }) => fields[0] === field && text !== true))
      continue;
    const spec = columnSpecOf(collection.definition, conjunct.path);
    if (spec && facts.columns?.estimate(collection.storageId, spec) !== undefined) {
      const share = shares.of([conjunct]);
      if (share <= (best?.share ?? shareMax)) best = { conjunct, share };
    } else if (best === undefined || (best.share === undefined && conjunct.operator === 'eq')) {
      // Nothing is known of the field; one value is thought to be rarer than a range.
      best = { conjunct };
    }
  }
  return best;
}

/** The fields of an index that has the first documents of the order at its beginning; one condition may stand before. */
function orderFields(
  { query }: RuleInput,
  comparisons: readonly ResolvedComparison[],
): readonly string[] | undefined {
  const { collection, keys, rowsMax } = query;
  if (rowsMax === undefined) return undefined;
  const ordered = keys.map(({ path }) => path.join('.')).filter((field) => field !== 'id');
  const directions = new Set(
    keys.filter(({ path }) => path.join('.') !== 'id').map(({ direction }) => direction),
  );
  const isPlain = keys.every(
    ({ path }) => path[0] === 'id' || columnSpecOf(collection.definition, path),
  );
  if (ordered.length === 0 || directions.size !== 1 || !isPlain) return undefined;
  const pin = comparisons.find(
    (conjunct) => pinning.includes(conjunct.operator) && !ordered.includes(fieldOf(conjunct)),
  );
  const fields = pin === undefined ? ordered : [fieldOf(pin), ...ordered];
  const isThere = collection.indexes.some(
    (index) => index.text !== true && fields.every((field, at) => index.fields[at] === field),
  );
  return isThere ? undefined : fields;
}

/** True for what an index can find; a whole object and what is of any type has none. */
function isAnswerable(conjunct: ResolvedFilter): conjunct is ResolvedComparison {
  if (conjunct.kind !== 'compare' || conjunct.path[0] === 'id') return false;
  const { operator, path, type } = conjunct;
  if (type.kind === 'list') return path.length === 1 && containing.includes(operator);
  const isWhole = path.length === 1 && (type.name === 'Object' || type.name === 'Any');
  return !isWhole && answered.includes(operator);
}

function fieldOf({ path }: ResolvedComparison): string {
  return path.join('.');
}
