/* Which rows on the other side of a join belong to which documents on this side. */

import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import type { AuroraError } from '../errors.ts';
import type { IndexRangeNode, PhysicalNode } from '../plan/physical-plan.ts';
import { planQuery } from '../plan/plan-query.ts';
import type { ResolvedFilter } from '../plan/resolved-filter.ts';
import type { SortKey } from '../plan/sort-key.ts';
import type { IndexRange } from '../transactions/snapshot.ts';
import type { Row, StoredDocument, StoredValue } from '../values/stored-value.ts';
import { type ValueKey, valueKey } from '../values/value-key.ts';
import { buildOperator } from './build-operator.ts';
import type { JoinPlan } from './join-plan.ts';
import { type OperatorContext, restBatch } from './operator.ts';
import { memoryExceeded } from './query-memory.ts';
import { SampledBytes } from './sampled-bytes.ts';

export interface JoinMatches {
  /** For each document on this side its rows, in order, those inside the window. */
  readonly rows: readonly (readonly Row[])[];
  /** The documents of all rows, when they were read to find them. */
  readonly documents: ReadonlyMap<Row, StoredDocument> | undefined;
}

/** From the how-maniest match of each document, up to which. */
interface JoinWindow {
  readonly from: number;
  readonly to: number;
}

type Steps<Result> = Generator<typeof restBatch, Result, undefined>;

/** Finds the other side of batches of documents; used for one run of an operator. */
export interface JoinSource {
  readonly collection: CollectionEntry;
  find(takers: readonly StoredDocument[], window: JoinWindow): Steps<JoinMatches>;
}

export interface JoinSourceParts {
  readonly plan: JoinPlan;
  readonly collection: CollectionEntry;
  readonly filter: ResolvedFilter;
  readonly keys: readonly SortKey[];
  readonly context: OperatorContext;
}

export function openJoinSource(parts: JoinSourceParts): JoinSource {
  return parts.plan.access === 'hash' ? tableSource(parts) : lookupSource(parts);
}

/** The values of a batch are looked up together. */
function lookupSource({ plan, collection, filter, keys, context }: JoinSourceParts): JoinSource {
  const { facts, memory } = context;
  const [first, ...others] = keys;
  /** Rows of one value come in row order, which is that of ids. */
  const isRowOrder =
    collection.idsAscend &&
    first?.path.join('.') === 'id' &&
    first.direction === 'asc' &&
    others.length === 0;
  return {
    collection,
    *find(takers, window) {
      const wanted = wantedValues(takers, plan);
      if (wanted.values.size === 0) return { rows: takers.map(() => []), documents: new Map() };
      const conditions = [filter, plan.filterFor([...wanted.values.values()])];
      const query = {
        collection,
        filter: { kind: 'and', operands: conditions },
        keys: [],
        offset: 0,
        rowsMax: undefined,
      } as const;
      const unordered = planQuery(query, facts);
      if (!isRowOrder || !wanted.isOneEach || !isByRow(unordered, plan.foreignField)) {
        return yield* readAll(planQuery({ ...query, keys }, facts), takers, wanted, window);
      }
      if (unordered.kind === 'indexRange' && Number.isFinite(window.to)) {
        return yield* firstOfEach(unordered, takers, wanted, window);
      }
      return yield* readAll(unordered, takers, wanted, window);
    },
  };

  function* readAll(
    node: PhysicalNode,
    takers: readonly StoredDocument[],
    { takersOf }: WantedValues,
    { from, to }: JoinWindow,
  ): Steps<JoinMatches> {
    const rows: Row[][] = takers.map(() => []);
    const documents = new Map<Row, StoredDocument>();
    const weight = new SampledBytes();
    const counts = takers.map(() => 0);
    for (const batch of buildOperator(node, context)) {
      for (const [at, document] of batch.documents.entries()) {
        const row = batch.rows[at];
        if (row === undefined) continue;
        for (const taker of takersOfDocument(plan.foreignValues(document), takersOf)) {
          const count = counts[taker] ?? 0;
          counts[taker] = count + 1;
          if (count < from || count >= to) continue;
          rows[taker]?.push(row);
          if (!documents.has(row)) weight.add(document);
          documents.set(row, document);
        }
      }
      if (weight.bytes > memory.operatorBytesMax) {
        throw tooLarge(collection, documents.size, memory.operatorBytesMax);
      }
      yield restBatch;
    }
    return { rows, documents };
  }

  /** The window of each value, without the documents before and behind it. */
  function* firstOfEach(
    { index, ranges }: IndexRangeNode,
    takers: readonly StoredDocument[],
    { takersOf }: WantedValues,
    { from, to }: JoinWindow,
  ): Steps<JoinMatches> {
    context.snapshot.noteUse(index);
    const rows: (readonly Row[])[] = takers.map(() => []);
    for (const range of ranges) {
      const found = yield* firstRowsOf({ index, range, rowsMax: to }, context);
      const value = range.lower?.values[0] ?? null;
      for (const taker of takersOf.get(valueKey(value)) ?? []) rows[taker] = found.slice(from);
    }
    return { rows, documents: undefined };
  }
}

function* firstRowsOf(
  { index, range, rowsMax }: { index: IndexEntry; range: IndexRange; rowsMax: number },
  { snapshot, counters }: OperatorContext,
): Steps<readonly Row[]> {
  const cursor = snapshot.scanIndex(index, range);
  const found: Row[] = [];
  try {
    while (found.length < rowsMax) {
      const more = cursor.next(Math.min(rowsPerStep, rowsMax - found.length));
      if (more.length === 0) break;
      found.push(...more);
      counters.rowsRead += more.length;
      yield restBatch;
    }
  } finally {
    cursor.close();
  }
  return found;
}

const rowsPerStep = 1_024;

interface WantedValues {
  readonly values: ReadonlyMap<ValueKey, StoredValue>;
  readonly takersOf: ReadonlyMap<ValueKey, readonly number[]>;
  /** True when no document has several values. */
  readonly isOneEach: boolean;
}

function wantedValues(takers: readonly StoredDocument[], plan: JoinPlan): WantedValues {
  const takersOf = new Map<ValueKey, number[]>();
  const values = new Map<ValueKey, StoredValue>();
  let isOneEach = true;
  for (const [taker, document] of takers.entries()) {
    const own = plan.localValues(document);
    isOneEach &&= own.length < 2;
    for (const value of own) {
      const key = valueKey(value);
      values.set(key, value);
      const known = takersOf.get(key);
      if (known === undefined) takersOf.set(key, [taker]);
      else if (known.at(-1) !== taker) known.push(taker);
    }
  }
  return { values, takersOf, isOneEach };
}

/** Whether documents that share a value come in row order. */
function isByRow(node: PhysicalNode, field: string): boolean {
  switch (node.kind) {
    case 'filter':
      return isByRow(node.input, field);
    case 'fullScan':
      return !node.reverse;
    case 'columnScan':
      return !node.reverse && node.order === undefined;
    case 'indexRange':
      return node.index.fields.join() === field && !node.index.multiEntry;
    default:
      return false;
  }
}

function takersOfDocument(
  values: readonly StoredValue[],
  takersOf: ReadonlyMap<ValueKey, readonly number[]>,
): Iterable<number> {
  const [only] = values;
  if (only !== undefined && values.length === 1) return takersOf.get(valueKey(only)) ?? [];
  return new Set(values.flatMap((value) => takersOf.get(valueKey(value)) ?? []));
}

/** The other collection is read once, into a table of rows in their order. */
function tableSource({ plan, collection, filter, keys, context }: JoinSourceParts): JoinSource {
  let table: Map<ValueKey, Row[]> | undefined;
  /** Where a row stands in the order. */
  const ranks = new Map<Row, number>();
  const build = function* (): Steps<Map<ValueKey, Row[]>> {
    const built = new Map<ValueKey, Row[]>();
    let bytes = 0;
    const { operatorBytesMax: bytesMax } = context.memory;
    const query = { collection, filter, keys, offset: 0, rowsMax: undefined };
    for (const batch of buildOperator(planQuery(query, context.facts), context)) {
      for (const [at, document] of batch.documents.entries()) {
        const row = batch.rows[at];
        if (row === undefined) continue;
        const values = new Set(plan.foreignValues(document).map(valueKey));
        if (values.size === 0) continue;
        ranks.set(row, ranks.size);
        for (const key of values) {
          const known = built.get(key);
          if (known === undefined) built.set(key, [row]);
          else known.push(row);
          bytes += 48 + (known === undefined ? keyBytes(key) : 0);
        }
      }
      if (bytes > bytesMax) throw tooLarge(collection, ranks.size, bytesMax);
      yield restBatch;
    }
    return built;
  };
  return {
    collection,
    *find(takers, { from, to }) {
      table ??= yield* build();
      const rows: (readonly Row[])[] = [];
      for (const document of takers) {
        const keysOf = [...new Set(plan.localValues(document).map(valueKey))];
        const found = keysOf.map((key) => table?.get(key) ?? []);
        const [only = []] = found;
        const all = found.length < 2 ? only : inOrder(found.flat(), ranks);
        rows.push(all.slice(from, to));
      }
      return { rows, documents: undefined };
    },
  };
}

function inOrder(rows: readonly Row[], ranks: ReadonlyMap<Row, number>): readonly Row[] {
  return [...new Set(rows)].sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
}

function keyBytes(key: ValueKey): number {
  return 64 + (typeof key === 'string' ? 2 * key.length : 0);
}

function tooLarge({ definition }: CollectionEntry, count: number, bytesMax: number): AuroraError {
  const { name } = definition;
  return memoryExceeded({
    what: `Joining with ${count} documents of "${name}" so far`,
    bytesMax,
    hint: 'Give it a limit or a narrower filter, and an index on the field that is compared.',
    details: { collection: name, documents: count },
  });
}
