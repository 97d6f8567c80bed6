/*
 * The columns that a plan reads, as of its snapshot. Those that are not cached are filled by one pass over the documents,
 * which needs a settled snapshot, and so are all when those that are cached show a later moment. Whoever gets columns must
 * release them; gets none when they do not fit into the cache: then the plan goes another way.
 */
import type { PinnedColumns } from '../../cache/collection-columns.ts';
import type { ColumnSpec } from '../../cache/column.ts';
import type { ColumnReader } from '../../cache/column-reader.ts';
import type { CollectionEntry } from '../../catalog/catalog.ts';
import { type Operator, type OperatorContext, restBatch } from '../operator.ts';
import { fullScan } from '../operators/full-scan.ts';

export interface ColumnTarget {
  readonly collection: CollectionEntry;
  readonly specs: readonly ColumnSpec[];
}

export function* pinColumns(
  target: ColumnTarget,
  context: OperatorContext,
): Generator<typeof restBatch, PinnedColumns | undefined, undefined> {
  const { columns } = context.snapshot;
  if (columns === undefined) return undefined;
  const { specs, collection } = target;
  const { storageId } = collection;
  const held = columns.pin(storageId, specs);
  if (held !== undefined) return held;
  for (const _ of columns.catchUp(storageId)) yield restBatch;
  const present = columns.isBeyond(storageId)
    ? []
    : specs.filter((spec) => columns.has(storageId, [spec]));
  if (present.length === specs.length) return columns.pin(storageId, specs);
  return yield* fill(target, present, columns, context);
}

/** Runs `read` over the columns of a plan, which it may not keep; where there are none, the fallback. */
export function* overColumns(
  target: ColumnTarget,
  fallback: () => Operator,
  read: (columns: PinnedColumns) => Operator,
  context: OperatorContext,
): Operator {
  const columns = yield* pinColumns(target, context);
  if (columns === undefined) {
    yield* fallback();
    return;
  }
  try {
    yield* read(columns);
  } finally {
    columns.release();
  }
}

function* fill(
  { collection, specs }: ColumnTarget,
  present: readonly ColumnSpec[],
  columns: ColumnReader,
  context: OperatorContext,
): Generator<typeof restBatch, PinnedColumns | undefined, undefined> {
  const { storageId } = collection;
  const missing = specs.filter((spec) => !present.includes(spec));
  const pinned = present.length === 0 ? undefined : columns.pin(storageId, present);
  if (present.length > 0 && pinned === undefined) return undefined;
  const filling = columns.beginFill(storageId, missing);
  let filled: PinnedColumns | undefined;
  if (filling === undefined) {
    pinned?.release();
    return undefined;
  }
  try {
    const fields = missing.map(({ name }) => name);
    for (const { rows, documents } of fullScan(collection, { reverse: false, fields }, context)) {
      for (let at = 0; at < documents.length; at += 1) {
        const document = documents[at];
        if (document !== undefined) filling.add(rows[at] ?? 0, document);
      }
      if (filling.isUnfit) return undefined;
      if (filling.bytes > columns.bytesMax) {
        columns.refuse(storageId, filling, context.snapshot.documentCount(collection));
        return undefined;
      }
      yield restBatch;
    }
    filled = filling.pin(pinned);
    return filled;
  } finally {
    if (filled === undefined) pinned?.release();
    columns.endFill(storageId, filling, filled !== undefined);
  }
}
