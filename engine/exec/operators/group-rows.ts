import { assert } from '../../base/assert.ts';
import type { CollectionEntry } from '../../catalog/catalog.ts';
import type { Row, StoredDocument } from '../../values/stored-value.ts';
import { EntrySorter } from '../entry-sorter.ts';
import type { CompiledGroup } from '../group-shape.ts';
import type { Group } from '../group-table.ts';
import { type Batch, type Operator, type OperatorContext, restBatch } from '../operator.ts';
import { partRow } from '../part-rows.ts';
import { compileProjection, type OutputObject } from '../projection.ts';
import { compileComparison, readEntries } from '../sort-entry.ts';

const groupsPerStep = 128;

/** The rows of all groups that are given, in their order; `part` is the number of the `groupBy` in its selection. */
export function* groupRows(
  table: { readonly groups: Iterable<Group> },
  { shape, collection, part }: GroupTarget,
  context: OperatorContext,
): Operator {
  const groups: Group[] = [];
  const sorter = new EntrySorter(compileComparison(shape.order), context.memory.operatorBytesMax);
  for (const group of table.groups) {
    if (!shape.isGiven(group)) continue;
    // In place of the row of a document, entries have the number of a group.
    sorter.add({ values: shape.orderValues(group), row: groups.length as Row });
    groups.push(group);
    if (groups.length % groupsPerStep === 0) yield restBatch;
  }
  yield restBatch;
  const projections = shape.nodes.map(({ fields }) => compileProjection(fields, 'null'));
  function* shapeNodes(group: Group): Generator<Batch, ShownNodes, undefined> {
    const nodes: (readonly OutputObject[])[] = [];
    for (const [at, each] of group.nodes.entries()) {
      const [selection, project] = [shape.nodes[at], projections[at]];
      assert(selection !== undefined && project !== undefined, 'each has its selection');
      const documents = readEntries(each.sorted(), collection, context);
      nodes.push(yield* shapeAll(selection.attach(documents), project));
    }
    return nodes;
  }
  let left = shape.rowsMax ?? Number.POSITIVE_INFINITY;
  let rows: StoredDocument[] = [];
  let shownCount = 0;
  for (const { row } of sorter.sorted()) {
    if (left === 0) break;
    left -= 1;
    const group = groups[row];
    assert(group !== undefined, 'an entry stands for a group');
    const nodes = projections.length === 0 ? noNodes : yield* shapeNodes(group);
    rows.push(partRow(part, shape.shape(group, nodes)));
    shownCount += 1;
    for (const each of nodes) shownCount += each.length;
    if (shownCount < groupsPerStep) continue;
    yield batchOf(rows);
    rows = [];
    shownCount = 0;
  }
  yield batchOf(rows);
}

export interface GroupTarget {
  readonly shape: CompiledGroup;
  readonly collection: CollectionEntry;
  readonly part: number;
}

/** The documents of each `nodes`. */
type ShownNodes = readonly (readonly OutputObject[])[];

const noNodes: ShownNodes = [];

function* shapeAll(
  input: Operator,
  project: (document: StoredDocument) => OutputObject,
): Generator<Batch, readonly OutputObject[], undefined> {
  const objects: OutputObject[] = [];
  for (const { documents } of input) {
    for (const document of documents) objects.push(project(document));
    yield restBatch;
  }
  return objects;
}

function batchOf(documents: readonly StoredDocument[]): Batch {
  return { rows: documents.map((_, at) => at as Row), documents };
}
