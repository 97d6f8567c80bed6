/*
 * Where the values of a result come from: the field of a stored document, or nothing that could be written back, with the
 * reason. A run gives it when it is asked to; what follows from the selection stands with the column, what differs from
 * row to row with the rows.
 */
import type { BoundField, BoundJoin, BoundPlainField, FieldPath } from '#engine/aql';
import type { StoredDocument } from '../values/stored-value.ts';
import { compileReader } from './field-reader.ts';

/** Where the values of a column come from. */
export type ValueOrigin =
  /**
   * The field at the path in the document of the row; of an object perhaps only some members, by their keys, which are
   * joined by dots where they lead into objects.
   */
  | {
      readonly kind: 'stored';
      readonly collection: string;
      readonly path: string;
      readonly fields?: { readonly [key: string]: string };
    }
  /** Fields of the one document of another collection that the row refers to, by their keys in the value. */
  | {
      readonly kind: 'reference';
      readonly collection: string;
      readonly fields: { readonly [key: string]: string };
    }
  /** Nothing that is stored as such. `written`: what a mutation gives of documents that it has deleted. */
  | {
      readonly kind: 'none';
      readonly reason: 'computed' | 'joined' | 'digest' | 'search' | 'name' | 'written';
    };

/** The documents of the rows of a batch. */
export interface RowOrigins {
  /** The document of each row. */
  readonly ids: readonly string[];
  /** By the number of a column whose origin is a reference: the document that each row refers to, if any. */
  readonly referred: { readonly [column: number]: readonly (string | null)[] };
}

/** What a selected field that was attached on the way is made of, as far as that is of use. */
export interface AttachedOrigin {
  readonly origin: ValueOrigin;
  /** Where a row holds the id of the document that it refers to. */
  readonly referrer?: FieldPath;
}

const none = (reason: Extract<ValueOrigin, { kind: 'none' }>['reason']): AttachedOrigin => ({
  origin: { kind: 'none', reason },
});

/** The origin of a field of the document itself. */
export function storedOrigin(
  collection: string,
  { path, selection }: Extract<BoundPlainField, { kind: 'field' }>,
): ValueOrigin {
  const stored = { kind: 'stored', collection, path: path.join('.') } as const;
  return selection === undefined ? stored : { ...stored, fields: pathsByKey(selection) };
}

/** The paths behind the keys of a selection; the keys of a member of a member have a dot between them. */
function pathsByKey(selection: readonly BoundField[]): { readonly [key: string]: string } {
  const entriesOf = (fields: readonly BoundField[], prefix: string): readonly [string, string][] =>
    fields.flatMap((inner): readonly [string, string][] => {
      if (inner.kind !== 'field') return [];
      const key = `${prefix}${inner.responseKey}`;
      return inner.selection === undefined
        ? [[key, inner.path.join('.')]]
        : entriesOf(inner.selection, `${key}.`);
    });
  return Object.fromEntries(entriesOf(selection, ''));
}

/** The origin of a selected field that is no stored field of the document itself. */
export function attachedOrigin(field: BoundField): AttachedOrigin {
  switch (field.kind) {
    case 'join':
      return joinOrigin(field);
    case 'computed':
      return none('computed');
    case 'version':
      return none('digest');
    case 'score':
    case 'highlight':
      return none('search');
    default:
      return none('name');
  }
}

/** Only a reference to an id leads to one document whose id the row itself holds. */
function joinOrigin({ form, foreignPath, localPath, read }: BoundJoin): AttachedOrigin {
  const isById = foreignPath.length === 1 && foreignPath[0] === 'id';
  if (form !== 'reference' || !isById || read.parts !== undefined) return none('joined');
  const fields = pathsByKey(read.selection);
  const origin: ValueOrigin = { kind: 'reference', collection: read.collection, fields };
  return { origin, referrer: localPath };
}

/** Compiles what tells the documents of rows; one reader for each column whose origin is a reference. */
export function compileRowOrigins(
  referrers: ReadonlyMap<number, FieldPath>,
): (documents: readonly StoredDocument[]) => RowOrigins {
  const readers = [...referrers].map(([column, path]) => ({ column, read: compileReader(path) }));
  return (documents) => ({
    ids: documents.map(({ id }) => id),
    referred: Object.fromEntries(
      readers.map(({ column, read }) => [
        column,
        documents.map((document) => {
          const id = read(document);
          return typeof id === 'string' ? id : null;
        }),
      ]),
    ),
  });
}
