/* Takes the values of cells away, so that their fields are not set. */
import { rectangleOf, type Selection } from '../../grid/selection.ts';
import { cellsIn, type EditPlace } from './edit-actions.ts';
import { requiredText } from './grid-actions.ts';
import { editFields } from './staged-edits.ts';

/** Unsets what is selected, where nothing may stand; says where it may not. */
export function unsetCells(place: EditPlace, selection: Selection): string | undefined {
  const cells = cellsIn(place, rectangleOf(selection));
  const edits = cells.flatMap(({ shown, field }) =>
    field.nullable ? [{ shown, field: field.name, value: undefined }] : [],
  );
  if (edits.length > 0) place.store.apply((state) => editFields(state, edits));
  if (cells.length === 0) return 'The id of a document never changes.';
  const required = cells.flatMap(({ field }) => (field.nullable ? [] : [field.name]));
  return requiredText(required, 'unset');
}
