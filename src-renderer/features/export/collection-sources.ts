import type { RowCount, RowModel } from '../../grid/row-model.ts';
import { isRange, rectangleOf, type Selection } from '../../grid/selection.ts';
import { type ExportSource, whereIds } from './export-form.ts';

/** Selected rows that are exported by their ids; a larger selection is a filter. */
const selectedMax = 5_000;

/** What of a collection can be exported: what is selected, what the filter leaves, all; in the order that is looked at. */
export function collectionSources(given: {
  readonly collection: string;
  readonly where: string;
  /** As `orderBy` takes it; empty for the order of ids. */
  readonly orderBy: string;
  readonly count: RowCount;
  readonly documentCount: number;
  readonly model: Pick<RowModel, 'keyOf'>;
  readonly selection: Selection | undefined;
}): readonly ExportSource[] {
  const { collection, where, orderBy, count, documentCount } = given;
  const order = orderBy === '' ? {} : { orderBy };
  const from = (condition: string) =>
    ({ kind: 'collection', collection, where: condition, ...order }) as const;
  const all: ExportSource = {
    label:
      documentCount === 1
        ? 'The one document'
        : `All ${documentCount.toLocaleString('en')} documents`,
    from: from(''),
    count: documentCount,
  };
  const matching: ExportSource = {
    label: matchingLabel(count),
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

function matchingLabel({ rows, isKnown }: RowCount): string {
  if (isKnown && rows === 1) return 'The one document that matches the filter';
  return `The ${isKnown ? `${rows.toLocaleString('en')} ` : ''}documents that match the filter`;
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
