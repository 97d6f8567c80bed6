/* A relation or lookup inside a document, with what it selects on the other side. */
import type { BoundJoin, BoundPart, FieldType, JsonValue } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { sortKeysOf } from '../plan/sort-keys.ts';
import type { Row, StoredValue } from '../values/stored-value.ts';
import { findCollection } from './find-collection.ts';
import { compileGroup, groupScope } from './group-shape.ts';
import { GroupTable } from './group-table.ts';
import { openJoinSource } from './join-matches.ts';
import { planJoin } from './join-plan.ts';
import { Measures } from './measures.ts';
import { type Operator, restBatch } from './operator.ts';
import { groupRows } from './operators/group-rows.ts';
import { type JoinShaping, joinRows, joinTooLarge } from './operators/join.ts';
import { createPartsObject, partOf, rowValue } from './part-rows.ts';
import { compileProjection, type OutputObject } from './projection.ts';
import type { QueryMemory } from './query-memory.ts';
import { resolveCount, resolveOrder, resolveWhere } from './resolve-read.ts';
import { SampledBytes } from './sampled-bytes.ts';
import type { CompiledSelection, ReadScope } from './selection.ts';
import { compileTotals } from './totals.ts';

export interface CompiledJoin {
  readonly slot: string;
  readonly type: FieldType;
  readonly nullable: boolean;
  readonly name: string;
  /** True when it reads no more than single documents. */
  readonly isPoint: boolean;
  attach(input: Operator): Operator;
}

const anyType: FieldType = { kind: 'scalar', name: 'Any' };

export function compileJoin(
  join: BoundJoin,
  local: CollectionEntry,
  scope: ReadScope,
): CompiledJoin {
  const { form, read, span, responseKey } = join;
  const { context, variables, slots } = scope;
  const collection = findCollection(context.snapshot, read.collection, span);
  const plan = planJoin(join, local, collection);
  const slot = slots.next();
  const parts = read.parts;
  const isSingle = form === 'reference';
  const inner = scope.compileSelection(read.selection, collection, scope);
  const rowsMax = isSingle ? 1 : resolveCount(read.limit, 'limit', variables, span);
  const offset = resolveCount(read.offset, 'offset', variables, span) ?? 0;
  const sourceParts = {
    plan,
    collection,
    filter: resolveWhere(read.where, collection, variables),
    // Totals and groups need no order.
    keys:
      parts === undefined
        ? sortKeysOf(resolveOrder(read.orderBy, collection, variables, span))
        : [],
    context,
  };
  const startShaping =
    parts === undefined
      ? () => shapeDocuments(inner, { isSingle, title: responseKey }, context.memory)
      : compileParts(parts, responseKey, collection, scope);
  const nested = inner.names.length === 0 ? '' : ` → ${inner.names.join(' → ')}`;
  return {
    slot,
    type: anyType,
    nullable: isSingle,
    name: nested === '' ? plan.name : `${plan.name.slice(0, -1)}${nested})`,
    isPoint: plan.access === 'id' && inner.isPoint && parts === undefined,
    attach: (input) =>
      joinRows(
        input,
        {
          slot,
          title: responseKey,
          source: openJoinSource(sourceParts),
          // Totals and groups cover all that belongs to a document.
          offset: parts === undefined ? offset : 0,
          rowsMax: (parts === undefined ? rowsMax : undefined) ?? Number.POSITIVE_INFINITY,
          attach: inner.attach,
          startShaping,
        },
        context,
      ),
  };
}

/** The documents themselves: a list, or the one that a reference names. */
function shapeDocuments(
  { fields }: CompiledSelection,
  { isSingle, title }: { readonly isSingle: boolean; readonly title: string },
  { operatorBytesMax: bytesMax }: QueryMemory,
): JoinShaping {
  const project = compileProjection(fields, 'null');
  const objects = new Map<Row, OutputObject>();
  const weight = new SampledBytes();
  return {
    add(document, row) {
      const object = project(document);
      objects.set(row, object);
      weight.add(object);
      if (weight.bytes > bytesMax) throw joinTooLarge(title, bytesMax);
    },
    *value(_taker, rows): Generator<typeof restBatch, JsonValue, undefined> {
      const [first] = rows;
      if (isSingle) return first === undefined ? null : (objects.get(first) ?? null);
      const values: JsonValue[] = [];
      for (const row of rows) {
        values.push(objects.get(row) ?? null);
        if (values.length % valuesPerStep === 0) yield restBatch;
      }
      return values;
    },
  };
}

const valuesPerStep = 4_096;

/** Totals and groups of the documents that belong to each document. */
function compileParts(
  parts: readonly BoundPart[],
  title: string,
  collection: CollectionEntry,
  scope: ReadScope,
): () => JoinShaping {
  const measures = new Measures(collection.definition);
  const totalRows = compileTotals(parts, measures);
  const groups = parts.flatMap((part, at) =>
    part.kind === 'groupBy'
      ? [{ shape: compileGroup(part, collection, groupScope(scope, collection)), part: at }]
      : [],
  );
  const { operatorBytesMax: bytesMax } = scope.context.memory;
  const start = () => ({
    totals: measures.start(),
    tables: groups.map(({ shape, part }) => ({
      shape,
      part,
      table: new GroupTable(shape, bytesMax),
    })),
  });
  return () => {
    const states = new Map<number, ReturnType<typeof start>>();
    /** Of all documents on this side together. */
    let bytes = 0;
    const stateOf = (taker: number) => {
      const known = states.get(taker);
      if (known !== undefined) return known;
      const state = start();
      states.set(taker, state);
      return state;
    };
    return {
      add(document, row, takers) {
        for (const taker of takers) {
          const { totals, tables } = stateOf(taker);
          for (const accumulator of totals) bytes += accumulator.add(document);
          for (const { table } of tables) {
            bytes -= table.bytes;
            table.add(document, row);
            bytes += table.bytes;
          }
        }
        if (bytes > bytesMax) throw joinTooLarge(title, bytesMax);
      },
      *value(taker): Generator<typeof restBatch, JsonValue, undefined> {
        const { totals, tables } = stateOf(taker);
        const result = createPartsObject(parts);
        const rows = totalRows((measure): StoredValue => totals[measure]?.value() ?? null);
        for (const row of rows) result.add(partOf(row), rowValue(row));
        for (const { shape, part, table } of tables) {
          for (const batch of groupRows(table, { shape, collection, part }, scope.context)) {
            for (const row of batch.documents) result.add(part, rowValue(row));
            if (batch.documents.length === 0) yield batch;
          }
        }
        return result.object;
      },
    };
  };
}
