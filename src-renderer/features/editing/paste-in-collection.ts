/* Pasting into the grid of a collection: over the cells from the focus on, or as new documents. */
import type { CollectionInfo, FieldInfo, WireValue } from '#contract';
import { type Rectangle, rectangleOf } from '../../grid/selection.ts';
import { type EditPlace, newDocument, type ShownDocument, shownDocument } from './edit-place.ts';
import type { PastedPlace, PasteOptions, PasteOutcome } from './grid-actions.ts';
import { newDocumentId } from './new-id.ts';
import { areLeftOut, counted, noCell, nothingPasted } from './paste-text.ts';
import { type PlacedBlock, type PlacedCell, placedBlock } from './pasted-place.ts';
import { pastedBlock, pastedText } from './pasted-rows.ts';
import { editFields, type FieldEdit, insertDocuments } from './staged-edits.ts';
import { undeclaredField } from './undeclared-field.ts';
import { pastedValue } from './value-text.ts';

export function pasteInCollection(
  place: EditPlace,
  text: string,
  { selection, asRows, cells }: PasteOptions,
): PasteOutcome {
  if (!asRows && selection.focus.row < 0) return nothingPasted(noCell);
  const { info, columns } = place;
  const over = rectangleOf(selection);
  const names = columns.map(({ path }) => path);
  const fieldNames = ['id', ...info.fields.map(({ name }) => name)];
  const declared = (name: string) => namedAs(name, fieldNames);
  const block = pastedBlock(
    { text, cells },
    {
      isField: (name) => declared(name) !== undefined,
      asRows,
      holdsObject: isOneCell(over) && holdsObjects(columns[over.left]),
    },
  );
  const placed = placedBlock(block, {
    columns: asRows ? names.filter((name) => name !== 'id') : names.slice(over.left),
    columnOf: (name) => declared(name) ?? (info.open ? name : undefined),
    over: asRows ? undefined : over,
  });
  const remarks = [...block.remarks, ...placed.remarks];
  if (!asRows) return pasteOver(place, { ...placed, remarks }, over.top);
  const isOfIds = cells === undefined && placed.rows.some((row) => row.some(isId));
  return insertRows(place, placed.rows, [
    ...remarks,
    ...(isOfIds ? ['ids are left out, because new rows have their own'] : []),
  ]);
}

function isOneCell({ top, bottom, left, right }: Rectangle): boolean {
  return top === bottom && left === right;
}

function holdsObjects(column: EditPlace['columns'][number] | undefined): boolean {
  return column?.type.kind === 'scalar' && ['Object', 'Any'].includes(column.type.name);
}

/** The field that a head means: of this name, or of the same in other capitals. */
function namedAs(name: string, fields: readonly string[]): string | undefined {
  const wanted = name.trim();
  const lower = wanted.toLowerCase();
  return (
    fields.find((each) => each === wanted) ?? fields.find((each) => each.toLowerCase() === lower)
  );
}

function isId({ column }: PlacedCell): boolean {
  return column === 'id';
}

/** What a field of an open collection is that the schema does not name. */
function fieldNamed({ fields }: CollectionInfo, name: string): FieldInfo {
  return fields.find((field) => field.name === name) ?? undeclaredField(name);
}

interface Given {
  readonly field: string;
  readonly value: WireValue | undefined;
}

/** The values of a row, and which of them do not fit. `row` is that of the block, from 0. */
function valuesOf(
  info: CollectionInfo,
  cells: readonly PlacedCell[],
  told: { readonly row: number; readonly unfit: PastedPlace[] },
): readonly Given[] {
  return cells.flatMap((placed): readonly Given[] => {
    if (isId(placed)) return [];
    const { column, cell } = placed;
    const { value, isFit } = pastedValue(cell, fieldNamed(info, column));
    if (!isFit) told.unfit.push({ row: told.row + 1, column, text: pastedText(cell) });
    return [{ field: column, value }];
  });
}

function insertRows(
  { store, info }: EditPlace,
  rows: PlacedBlock['rows'],
  remarks: readonly string[],
): PasteOutcome {
  const unfit: PastedPlace[] = [];
  let cells = 0;
  const documents = rows.map((placed, row): ShownDocument => {
    const given = valuesOf(info, placed, { row, unfit });
    cells += given.length;
    const values = new Map<string, WireValue | undefined>([
      ...Object.entries(newDocument(info)),
      ...given.map(({ field, value }) => [field, value] as const),
    ]);
    const set = [...values].flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    return { ...Object.fromEntries(set), id: newDocumentId() };
  });
  if (documents.length > 0) store.apply((state) => insertDocuments(state, documents));
  return { cells, rows: documents.length, unfit, refused: [], remarks };
}

/** Rows of the grid that take nothing, by the reason. */
interface Skipped {
  beyond: number;
  pending: number;
  deleted: number;
}

function pasteOver(place: EditPlace, block: PlacedBlock, top: number): PasteOutcome {
  const { rows, info, store } = place;
  const unfit: PastedPlace[] = [];
  const refused: PastedPlace[] = [];
  const edits: FieldEdit[] = [];
  const skipped: Skipped = { beyond: 0, pending: 0, deleted: 0 };
  const end = rows.count.isKnown ? rows.count.rows : Number.POSITIVE_INFINITY;
  for (let down = 0; down < block.rows.length * block.times; down += 1) {
    const row = down % block.rows.length;
    const placed = block.rows[row] ?? [];
    const shown = shownDocument(place, top + down);
    if (shown === undefined) skipped[top + down < end ? 'pending' : 'beyond'] += 1;
    else if (rows.rowMark(top + down) === 'deleted') skipped.deleted += 1;
    else {
      for (const { column, cell } of placed.filter(isId)) {
        refused.push({ row: row + 1, column, text: pastedText(cell) });
      }
      const given = valuesOf(info, placed, { row, unfit });
      edits.push(...given.map((each) => ({ shown, ...each })));
    }
  }
  if (edits.length > 0) store.apply((state) => editFields(state, edits));
  const rest = block.rows.slice(block.rows.length * block.times - skipped.beyond);
  return {
    ...{ cells: edits.length, rows: 0, unfit, refused },
    remarks: [...block.remarks, ...skippedRemarks(skipped)],
    ...(rest.length === 0
      ? {}
      : { beyond: { rows: rest.length, insert: () => insertRows(place, rest, []) } }),
  };
}

function skippedRemarks({ pending, deleted }: Skipped): readonly string[] {
  const told = (count: number, why: string) =>
    count === 0 ? [] : [`${counted(count, 'row')} ${why} and ${areLeftOut(count)}`];
  return [
    ...told(pending, pending === 1 ? 'is not loaded' : 'are not loaded'),
    ...told(deleted, deleted === 1 ? 'is going to be deleted' : 'are going to be deleted'),
  ];
}
