import type { BoundField, BoundPlainField } from '#engine/aql';
import type { StoredDocument } from '../../values/stored-value.ts';
import type { ExecutableRoot } from '../executable.ts';
import type { ProjectedField } from '../selection.ts';
import type { DirectAnswer } from './direct-program.ts';
import { compileShape } from './generated-shape.ts';

/** Making a few documents costs less than to prepare for making them later. */
const documentsAtOnceMax = 4;

/** What a root shows of documents, where that is nothing but their stored fields. */
export function compileDirectShape(
  root: ExecutableRoot,
):
  | ((documents: readonly StoredDocument[]) => Pick<DirectAnswer, 'value' | 'documents'>)
  | undefined {
  const fields = root.parts === undefined ? plainSelection(root.selection) : undefined;
  if (fields === undefined) return undefined;
  const asData = compileShape(fields, 'null');
  const asDocument = compileShape(fields, 'absent');
  const documentsOf = (found: readonly StoredDocument[]) =>
    found.map((each) => ({ id: each.id, data: asDocument(each) }));
  return (found) => ({
    value: found.map(asData),
    // Stored documents never change, so that those of many can wait until somebody asks.
    documents: found.length <= documentsAtOnceMax ? documentsOf(found) : () => documentsOf(found),
  });
}

/** A selection of nothing but stored fields, always selected; `undefined` for any other. */
export function plainSelection(
  selection: readonly BoundField[],
): readonly ProjectedField[] | undefined {
  const fields: ProjectedField[] = [];
  for (const field of selection) {
    if (field.kind !== 'field' && field.kind !== 'typename') return undefined;
    if (isConditional(field)) return undefined;
    fields.push(field);
  }
  return fields;
}

function isConditional(field: BoundPlainField): boolean {
  if (field.condition !== undefined) return true;
  return field.kind === 'field' && field.selection?.some(isConditional) === true;
}
