import type { WireScalarType } from '#contract';
import type { GridColumn } from '../../grid/cell-value.ts';

/** The fields of an entry in the order in which they are shown; the id, which only orders them, is the last. */
const shownFields: readonly (readonly [
  name: string,
  type: WireScalarType,
  nullable?: 'nullable',
])[] = [
  ['at', 'DateTime'],
  ['action', 'String'],
  ['collection', 'String', 'nullable'],
  ['outcome', 'String'],
  ['elapsed_ms', 'Float'],
  ['rows', 'Int'],
  ['source', 'String'],
  ['caller', 'String', 'nullable'],
  ['text', 'String', 'nullable'],
  ['message', 'String', 'nullable'],
  ['document_id', 'Uuid', 'nullable'],
  ['lsn', 'Int', 'nullable'],
  ['transaction', 'Int', 'nullable'],
  ['target', 'String', 'nullable'],
];

/** Fields that are read, besides the id. */
export const auditFields: readonly string[] = shownFields.map(([name]) => name);

/** The columns of the rows as they are read: the id, then the fields. */
export const auditColumns: readonly GridColumn[] = [
  columnOf('id', 'Uuid', false),
  ...shownFields.map(([name, type, nullable]) => columnOf(name, type, nullable !== undefined)),
];

export const auditNames: readonly string[] = auditColumns.map(({ name }) => name);

/** Columns that are hidden until somebody arranges them. */
export const hiddenAtFirst: readonly string[] = [
  'id',
  'document_id',
  'lsn',
  'transaction',
  'target',
];

function columnOf(name: string, type: WireScalarType, nullable: boolean): GridColumn {
  return { name, path: name, type: { kind: 'scalar', name: type }, nullable };
}
