import type { CollectionInfo } from '#contract';
import type { GridColumn } from './cell-value.ts';

/** The columns of a result with what the collection keeps for their fields: key, unique or other index. */
export function markedColumns(
  columns: readonly GridColumn[],
  collection: CollectionInfo | undefined,
): readonly GridColumn[] {
  if (collection === undefined) return columns;
  return columns.map((column) => {
    const mark = markOf(column.path, collection);
    return mark === undefined ? column : { ...column, mark };
  });
}

function markOf(path: string, collection: CollectionInfo): GridColumn['mark'] {
  if (path === 'id') return 'key';
  const own = collection.indexes.filter(
    ({ fields, state, text }) =>
      state === 'live' && text !== true && fields.length === 1 && fields[0] === path,
  );
  if (own.length === 0) return undefined;
  return own.some(({ unique }) => unique) ? 'unique' : 'indexed';
}
