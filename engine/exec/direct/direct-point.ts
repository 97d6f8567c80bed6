/* The one document with an id, or with the value of a unique text field. */
import type { BoundFilter } from '#engine/aql';
import type { CollectionEntry } from '../../catalog/catalog.ts';
import { planName } from '../../plan/physical-plan.ts';
import type { ExecutableRoot } from '../executable.ts';
import { evaluateOperand } from '../operand.ts';
import { findDocument, uniqueTextIndexes } from '../point-read.ts';
import type { DirectProgram } from './direct-program.ts';
import { compileDirectShape } from './direct-shape.ts';

export function compileDirectPoint(
  root: ExecutableRoot,
  collection: CollectionEntry,
): DirectProgram | undefined {
  const { where, limit, offset, page, search } = root;
  if (where?.kind !== 'compare' || where.operator !== 'eq' || where.path.length !== 1) {
    return undefined;
  }
  if (limit !== undefined || offset !== undefined || page !== undefined || search !== undefined) {
    return undefined;
  }
  const [field] = where.path;
  const shape = compileDirectShape(root);
  const plan = field && planOf(where, field, collection);
  if (field === undefined || shape === undefined || plan === undefined) return undefined;
  const place = { collection, uniqueTexts: uniqueTextIndexes(collection) };
  return ({ lookup }, variables) => {
    const text = evaluateOperand(where.operand, variables);
    // What is not found is left to a query: it knows of other ways to write an id, and of long texts.
    const document =
      typeof text === 'string' ? findDocument(lookup, place, { field, text }) : undefined;
    return document && { ...shape([document]), plan, rowsRead: 1 };
  };
}

function planOf(
  { type }: Extract<BoundFilter, { kind: 'compare' }>,
  field: string,
  collection: CollectionEntry,
): string | undefined {
  if (field === 'id') return `${planName({ kind: 'idLookup', collection, ids: [] })} → Project`;
  const index = uniqueTextIndexes(collection).get(field)?.index;
  if (index === undefined || type.kind !== 'scalar') return undefined;
  const bound = { values: [field], inclusive: true };
  const ranges = [{ lower: bound, upper: bound, reverse: false }];
  return `${planName({ kind: 'indexRange', collection, index, ranges })} → Project`;
}
