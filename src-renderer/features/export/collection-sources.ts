import type { RowCount, RowModel } from '../../grid/row-model.ts';
import { isRange, rectangleOf, type Selection } from '../../grid/selection.ts';
import { type ExportSource, whereIds } from './export-form.ts';

/** Selected rows that are exported by their ids; a larger selection is a filter. */
const selectedMax = 5_000;

/** What of a collection can be exported: what is selected, what the filter leaves, all. */
export function collectionSources(given: {
  readonly collection: string;
  readonly where: string;
  readonly count: RowCount;
  readonly documentCount: number;
  readonly model: Pick<RowModel, 'keyOf'>;
  readonly selection: Selection | undefined;
}): readonly ExportSource[] {
  const { collection, where, count, documentCount } = given;
  const from = (condition: string) =>
    ({ kind: 'collection', collection, where: condition }) as const;
  const all: ExportSource = {
    label: `All ${documentCount.toLocaleString('en')} documents`,
    from: from(''),
    count: documentCount,
  };
  const matching: ExportSource = {
    label: `The ${count.isKnown ? `${count.rows.toLocaleString('en')} ` : ''}documents that match the filter`,
    from: from(where),
    count: count.isKnown ? count.rows : undefined,
  };
  const ids = selectedIds(given);
  const selected: ExportSource = {
    label: `The ${ids.length.toLocaleString('en')} selected documents`,
    from: from(whereIds(ids)),
    count: ids.length,
  };
  return [...(ids.length > 1 ? [selected] : []), ...(where === '' ? [] : [matching]), all];
}

/** Of more than one row, all of which are loaded. */
function selectedIds({
  model,
  selection,
}: Pick<Parameters<typeof collectionSources>[0], 'model' | 'selection'>): readonly string[] {
  if (selection === undefined || !isRange(selection)) return [];
  const { top, bottom } = rectangleOf(selection);
  if (bottom - top >= selectedMax) return [];
  const ids = Array.from({ length: bottom - top + 1 }, (_, at) => model.keyOf(top + at));
  return ids.every((id) => id !== undefined) ? ids : [];
}
