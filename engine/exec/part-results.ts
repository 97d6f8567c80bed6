/* A root of parts as tables, pulled row by row: one table after the other, in the order in which their rows come. */
import type { JsonValue } from '#engine/aql';
import type { StoredDocument } from '../values/stored-value.ts';
import { type ColumnRows, columnsOf, compileColumns, type RunColumn } from './column-batch.ts';
import { partOf, rowValue } from './part-rows.ts';
import { groupTable, type PartTable, pageInfoTable, totalsTable } from './part-tables.ts';
import type { EdgeField, ReadShape } from './read-shape.ts';
import type { RootRun } from './root-run.ts';
import type { ProjectedField } from './selection.ts';

/** One step; `undefined` is a pause. */
type PartStep =
  | { readonly kind: 'begin'; readonly title: string; readonly columns: readonly RunColumn[] }
  | { readonly kind: 'rows'; readonly rows: ColumnRows }
  | { readonly kind: 'end'; readonly rowCount: number }
  | undefined;

/** A table whose rows are gathered until they are given. */
interface OpenTable {
  readonly parts: readonly number[];
  readonly title: string;
  readonly columns: readonly RunColumn[];
  add(row: StoredDocument): void;
  /** The gathered rows, which it then forgets. */
  take(): ColumnRows;
}

export async function* partResults(
  source: RootRun,
  shape: Extract<ReadShape, { kind: 'parts' }>,
  deadline: () => number,
): AsyncGenerator<PartStep, void, undefined> {
  const waiting = tablesOf(shape);
  let table: OpenTable | undefined;
  let rowCount = 0;
  const give = function* (): Generator<PartStep, void, undefined> {
    if (table === undefined) return;
    const rows = table.take();
    rowCount += rows.rowCount;
    if (rows.rowCount > 0) yield { kind: 'rows', rows };
  };
  const turnTo = function* (part: number | undefined): Generator<PartStep, void, undefined> {
    while (table === undefined || part === undefined || !table.parts.includes(part)) {
      yield* give();
      if (table !== undefined) yield { kind: 'end', rowCount };
      table = waiting.shift();
      rowCount = 0;
      if (table === undefined) return;
      yield { kind: 'begin', title: titleOf(source, shape, table), columns: table.columns };
    }
  };
  for (;;) {
    const batch = await source.next(deadline());
    if (batch === undefined) break;
    for (const row of batch.documents) {
      yield* turnTo(partOf(row));
      table?.add(row);
    }
    if (table?.title === '') yield undefined;
    else if (batch.documents.length === 0) yield undefined;
    else yield* give();
  }
  yield* turnTo(undefined);
}

/** A root that gives one table has that table's name to itself. */
function titleOf(
  { root }: RootRun,
  { parts }: Extract<ReadShape, { kind: 'parts' }>,
  table: OpenTable,
): string {
  const isOnly = parts.every((part, at) => part.kind === 'typename' || table.parts.includes(at));
  return isOnly || table.title === '' ? root.responseKey : `${root.responseKey}.${table.title}`;
}

function tablesOf({ parts, edges }: Extract<ReadShape, { kind: 'parts' }>): OpenTable[] {
  const totals = totalsTable(parts);
  const of = (kind: 'groupBy' | 'edges' | 'pageInfo') =>
    parts.flatMap((part, at) => (part.kind === kind ? [{ part, at }] : []));
  return [
    ...(totals === undefined ? [] : [openValues(totals)]),
    ...of('groupBy').flatMap(({ part, at }) =>
      part.kind === 'groupBy' ? [openValues(groupTable(part, at))] : [],
    ),
    ...of('edges').map(({ part, at }) => openEdges(part.responseKey, at, edges[at] ?? [])),
    ...of('pageInfo').flatMap(({ part, at }) =>
      part.kind === 'pageInfo' ? [openValues(pageInfoTable(part, at))] : [],
    ),
  ];
}

function openValues({ parts, title, columns, isOneRow, cells }: PartTable): OpenTable {
  let rows: JsonValue[][] = [];
  return {
    parts,
    title,
    columns,
    add(row) {
      const values = cells(partOf(row), rowValue(row));
      const [only] = rows;
      if (isOneRow && only !== undefined) only.push(...values);
      else rows.push([...values]);
    },
    take() {
      const taken = rows;
      rows = [];
      const columnValues = columns.map((_, at) => taken.map((row) => row[at] ?? null));
      return { rowCount: taken.length, columns: columnValues };
    },
  };
}

function openEdges(title: string, part: number, edge: readonly EdgeField[]): OpenTable {
  const fields = flatFields(edge);
  const toColumns = compileColumns(fields);
  let rows: StoredDocument[] = [];
  return {
    parts: [part],
    title,
    columns: columnsOf(fields),
    add: (row) => void rows.push(row),
    take() {
      const taken = rows;
      rows = [];
      return toColumns(taken);
    },
  };
}

/** The fields of nodes stand beside those of the edge; where a name is taken, it says where it comes from. */
function flatFields(edge: readonly EdgeField[]): readonly ProjectedField[] {
  const taken = new Set<string>();
  return edge.flatMap((field) => {
    const inside = field.kind === 'column' ? [field.field] : field.fields;
    return inside.map((each) => {
      const isTaken = taken.has(each.responseKey) && field.kind === 'node';
      const responseKey = isTaken ? `${field.key}.${each.responseKey}` : each.responseKey;
      taken.add(responseKey);
      return { ...each, responseKey };
    });
  });
}
