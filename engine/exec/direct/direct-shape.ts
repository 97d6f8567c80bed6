import type { StoredDocument } from '../../values/stored-value.ts';
import type { ExecutableRoot } from '../executable.ts';
import { compileProjection } from '../projection.ts';
import type { ProjectedField } from '../selection.ts';
import type { DirectAnswer } from './direct-program.ts';

/** Making a few documents costs less than to prepare for making them later. */
const documentsAtOnceMax = 4;

/** What a root shows of documents, where that is nothing but their stored fields. */
export function compileDirectShape(
  root: ExecutableRoot,
):
  | ((documents: readonly StoredDocument[]) => Pick<DirectAnswer, 'value' | 'documents'>)
  | undefined {
  if (root.parts !== undefined) return undefined;
  const fields: ProjectedField[] = [];
  for (const field of root.selection) {
    if (field.kind !== 'field' && field.kind !== 'typename') return undefined;
    fields.push(field);
  }
  const asData = compileProjection(fields, 'null');
  const asDocument = compileProjection(fields, 'absent');
  const documentsOf = (found: readonly StoredDocument[]) =>
    found.map((each) => ({ id: each.id, data: asDocument(each) }));
  return (found) => ({
    value: found.map(asData),
    // Stored documents never change, so that those of many can wait until somebody asks.
    documents: found.length <= documentsAtOnceMax ? documentsOf(found) : () => documentsOf(found),
  });
}
