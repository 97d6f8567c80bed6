/*
 * Cursors of paging: a place in an order, as text that nobody but the engine reads. It holds the collection and the
 * order it belongs to, and the values of the order's keys at the place, the id last; never a row or an offset. So it
 * stays valid while documents come and go, and is refused where it does not belong.
 */
import type { Span } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import type { SortKey } from '../plan/sort-key.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import { isList } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { canonicalUuid } from '../values/uuid.ts';
import { compileReader } from './field-reader.ts';

const version = 1;

/** Compiles the cursor of a document in an order. */
export function compileCursor(
  collection: string,
  keys: readonly SortKey[],
): (document: StoredDocument) => string {
  const readers = keys.map(({ path }) => compileReader(path));
  const order = orderText(keys);
  return (document) => {
    const values = readers.map((read) => read(document) ?? null);
    const text = JSON.stringify([version, collection, order, values]);
    return Buffer.from(text, 'utf8').toString('base64url');
  };
}

export interface CursorPlace {
  readonly snapshot: Pick<Snapshot, 'rowOf' | 'read'>;
  readonly collection: CollectionEntry;
  readonly keys: readonly SortKey[];
  /** `after` or `before`. */
  readonly argument: string;
  readonly span: Span;
}

/**
 * The values of the order's keys at a cursor, or at a document whose id is given in its place.
 * @throws AuroraError `InvalidValue` for what is neither, and for a cursor of another collection or order
 */
export function readCursor(text: string, place: CursorPlace): readonly StoredValue[] {
  const { snapshot, collection, keys } = place;
  const id = canonicalUuid(text);
  if (id !== undefined) {
    const row = snapshot.rowOf(collection, id);
    const document = row === undefined ? undefined : snapshot.read(collection, row);
    if (document === undefined) throw refused(place, `there is no document with the id "${id}"`);
    return keys.map(({ path }) => compileReader(path)(document) ?? null);
  }
  const [given, name, order, values] = decode(text);
  if (given !== version || !isList(values)) throw refused(place, 'it is no cursor');
  if (name !== collection.definition.name) {
    throw refused(place, `it belongs to the collection "${String(name)}"`);
  }
  if (order !== orderText(keys)) {
    throw refused(place, `it belongs to the order "${String(order)}", not "${orderText(keys)}"`);
  }
  if (values.length !== keys.length) throw refused(place, 'it is no cursor');
  return values;
}

function orderText(keys: readonly SortKey[]): string {
  const text = keys.map(({ path, direction }) => `${path.join('.')} ${direction}`).join(', ');
  // The order of a search is by a value that no field holds.
  return text.replaceAll('\u0000', '_');
}

function decode(text: string): readonly StoredValue[] {
  try {
    const value: StoredValue = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return isList(value) ? value : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function refused({ argument, span }: CursorPlace, why: string): AuroraError {
  return new AuroraError('InvalidValue', `The cursor in "${argument}" cannot be used: ${why}.`, {
    span,
    hint: 'Take cursors from edges or pageInfo of the same collection in the same order.',
    details: { argument },
  });
}
