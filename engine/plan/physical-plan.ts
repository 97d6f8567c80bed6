/*
 * The physical plan: what the executor does, node by node, leaf first. Each node is one operator of exec/operators
 * and shows up in the plan's name, so that a name tells all there is: `IndexRange(films.year) → Filter → TopK(10)`.
 */
import { unreachable } from '../base/assert.ts';
import type { ColumnSpec } from '../cache/column.ts';
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import type { IndexRange } from '../transactions/snapshot.ts';
import type { Row } from '../values/stored-value.ts';
import type { SearchRequest } from './logical-query.ts';
import type { ResolvedFilter } from './resolved-filter.ts';
import type { SortKey } from './sort-key.ts';

/** Reads rows of an index, ranges one after the other; ranges are disjoint and each row is given once. */
export interface IndexRangeNode {
  readonly kind: 'indexRange';
  readonly collection: CollectionEntry;
  readonly index: IndexEntry;
  readonly ranges: readonly IndexRange[];
  /** Rows of the first range up to this one are passed over. */
  readonly passedRow?: Row;
}

/** Searches the text of a collection, and gives what it finds with its score, the best first or last. */
export interface SearchNode {
  readonly kind: 'search';
  readonly collection: CollectionEntry;
  readonly filter: ResolvedFilter;
  readonly request: SearchRequest;
  readonly isReversed: boolean;
  /** One for each field, where only documents with one of the words are read. */
  readonly indexes?: readonly IndexEntry[] | undefined;
}

/**
 * Finds rows in columns and reads their documents, in row order or in an order of columns, of which a number is enough.
 * Where columns cannot be had, `fallback` gives the same.
 */
export interface ColumnScanNode {
  readonly kind: 'columnScan';
  readonly collection: CollectionEntry;
  readonly conjuncts: readonly ResolvedFilter[];
  readonly specs: readonly ColumnSpec[];
  /** True when the columns are held for the snapshot, so that nothing else is needed but single documents. */
  readonly isHeld: boolean;
  readonly reverse: boolean;
  readonly order?:
    | { readonly keys: readonly SortKey[]; readonly rowsMax: number | undefined }
    | undefined;
  readonly fallback: PhysicalNode;
}

export type PhysicalNode =
  | SearchNode
  | ColumnScanNode
  /** No document can match. */
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'fullScan';
      readonly collection: CollectionEntry;
      readonly reverse: boolean;
      /** Where it begins, in its direction. */
      readonly from?: Row;
    }
  /** Ids in ascending order, without repetition. */
  | {
      readonly kind: 'idLookup';
      readonly collection: CollectionEntry;
      readonly ids: readonly string[];
    }
  | IndexRangeNode
  | {
      readonly kind: 'filter';
      readonly input: PhysicalNode;
      readonly filter: ResolvedFilter;
    }
  | {
      readonly kind: 'sort';
      readonly input: PhysicalNode;
      readonly collection: CollectionEntry;
      readonly keys: readonly SortKey[];
    }
  | {
      readonly kind: 'topK';
      readonly input: PhysicalNode;
      readonly collection: CollectionEntry;
      readonly keys: readonly SortKey[];
      readonly rowsMax: number;
    }
  /** The input is ordered by the first `prefixLength` keys; orders each group of equals by the others. */
  | {
      readonly kind: 'sortTies';
      readonly input: PhysicalNode;
      readonly collection: CollectionEntry;
      readonly keys: readonly SortKey[];
      readonly prefixLength: number;
    }
  | {
      readonly kind: 'limit';
      readonly input: PhysicalNode;
      readonly offset: number;
      /** `undefined`: all that follow. */
      readonly rowsMax: number | undefined;
      /** What gives the same documents, once the input has read so many without there being enough. */
      readonly retreat?: { readonly rowsReadMax: number; readonly plan: PhysicalNode };
    };

/** How a number of documents is found. */
export type CountPlan =
  | { readonly kind: 'collectionCount'; readonly collection: CollectionEntry }
  /** The ranges hold exactly the matching documents, one entry each. */
  | { readonly kind: 'indexCount'; readonly input: IndexRangeNode }
  /** Counts in columns. */
  | {
      readonly kind: 'columnCount';
      readonly collection: CollectionEntry;
      readonly conjuncts: readonly ResolvedFilter[];
      readonly specs: readonly ColumnSpec[];
      readonly isHeld: boolean;
      readonly fallback: CountPlan;
    }
  | { readonly kind: 'countRows'; readonly input: PhysicalNode };

/** The one-line name of a plan. */
export function planName(node: PhysicalNode): string {
  switch (node.kind) {
    case 'empty':
      return 'Nothing';
    case 'fullScan':
      return `FullScan(${node.collection.definition.name}${node.reverse ? ' reversed' : ''})`;
    case 'idLookup':
      return `IdLookup(${node.collection.definition.name})`;
    case 'search':
      return searchName(node);
    case 'indexRange':
      return indexName(node);
    case 'columnScan':
      return columnScanName(node);
    case 'filter':
      return `${planName(node.input)} → Filter`;
    case 'sort':
      return `${planName(node.input)} → Sort`;
    case 'topK':
      return `${planName(node.input)} → TopK(${node.rowsMax})`;
    case 'sortTies':
      return `${planName(node.input)} → SortTies`;
    case 'limit': {
      const offset = node.offset > 0 ? ` → Offset(${node.offset})` : '';
      const limit = node.rowsMax === undefined ? '' : ` → Limit(${node.rowsMax})`;
      return `${planName(node.input)}${offset}${limit}`;
    }
    default:
      return unreachable(node);
  }
}

/** The one-line name of a count. */
export function countPlanName(plan: CountPlan): string {
  switch (plan.kind) {
    case 'collectionCount':
      return `CollectionCount(${plan.collection.definition.name})`;
    case 'indexCount':
      return `${indexName(plan.input)} → Count`;
    case 'columnCount':
      return `${columnsName('ColumnScan', plan)} → Count`;
    case 'countRows':
      return `${planName(plan.input)} → Count`;
    default:
      return unreachable(plan);
  }
}

function searchName({ collection, isReversed, indexes }: SearchNode): string {
  const by = indexes === undefined ? '' : ` by text(${indexes.map(({ fields }) => fields).join()})`;
  return `Search(${collection.definition.name}${by}${isReversed ? ' reversed' : ''})`;
}

function columnScanName(node: ColumnScanNode): string {
  const { order, reverse } = node;
  const name = columnsName('ColumnScan', node, reverse ? ' reversed' : '');
  if (order === undefined) return name;
  return `${name} → ${order.rowsMax === undefined ? 'Sort' : `TopK(${order.rowsMax})`}`;
}

/** Names a source and the columns that it reads: `ColumnScan(films.(genre, year))`. */
export function columnsName(
  kind: string,
  { collection, specs }: Pick<ColumnScanNode, 'collection' | 'specs'>,
  direction = '',
): string {
  const names = specs.map(({ name }) => name).filter((name) => name !== '');
  const { name } = collection.definition;
  if (names.length === 0) return `${kind}(${name}${direction})`;
  const fields = names.length === 1 ? names[0] : `(${names.join(', ')})`;
  return `${kind}(${name}.${fields}${direction})`;
}

function indexName(node: IndexRangeNode): string {
  const { index, ranges } = node;
  const fields = index.fields.length === 1 ? index.fields[0] : `(${index.fields.join(', ')})`;
  const isLookup =
    index.unique &&
    ranges.every(
      ({ lower, upper }) =>
        lower !== undefined && lower === upper && lower.values.length === index.fields.length,
    );
  const reversed = ranges[0]?.reverse === true ? ' reversed' : '';
  return `${isLookup ? 'UniqueLookup' : 'IndexRange'}(${index.collection}.${fields}${reversed})`;
}
