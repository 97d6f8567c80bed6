/*
 * Single documents, read at once: no snapshot is taken and nothing is planned, since nothing can come between. What
 * these lookups find is what a query finds; where that is not plain to see, they leave it to the query.
 */
import type { OutputForm } from '../cache/output-form.ts';
import type { Catalog, CollectionEntry } from '../catalog/catalog.ts';
import type { DocumentToChange, StateLookup, UniqueText } from '../transactions/state-lookup.ts';
import { hasLoneSurrogate } from '../values/key-encoding.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { canonicalUuid } from '../values/uuid.ts';
import { documentForm } from './document-form.ts';

/** What is published. */
export interface PointSource {
  readonly lookup: StateLookup;
  readonly catalog: Catalog;
}

/** A collection, and how its documents leave the engine. */
export interface PointPlace {
  readonly collection: CollectionEntry;
  readonly uniqueTexts: UniqueTexts;
  readonly form: OutputForm;
}

/** The collections of a catalog by name, with all that a lookup has to know of them. */
export class PointPlaces {
  #catalog: Catalog | undefined;
  readonly #places = new Map<string, PointPlace>();

  of(catalog: Catalog, name: string): PointPlace | undefined {
    if (catalog !== this.#catalog) {
      this.#places.clear();
      this.#catalog = catalog;
    }
    return this.#places.get(name) ?? this.#add(catalog, name);
  }

  #add(catalog: Catalog, name: string): PointPlace | undefined {
    const collection = catalog.collection(name);
    if (collection === undefined) return undefined;
    const form = documentForm(collection.definition);
    const place = { collection, uniqueTexts: uniqueTextIndexes(collection), form };
    this.#places.set(name, place);
    return place;
  }
}

/** A condition that at most one document meets. */
export interface PointCondition {
  readonly field: string;
  readonly text: string;
}

/** A document and where it is, for whoever changes it. */
export interface LocatedDocument extends DocumentToChange {
  readonly entry: CollectionEntry;
}

/** The only document that a condition lets through, with its row; `undefined` when it takes a query to say so. */
export function locatePoint(
  { lookup, catalog }: PointSource,
  name: string,
  { field, text }: PointCondition,
): LocatedDocument | undefined {
  const entry = catalog.collection(name);
  if (entry === undefined) return undefined;
  if (field === 'id') return withEntry(entry, lookup.locateToChange(entry, text));
  const unique = uniqueTextIndexes(entry).get(field);
  if (unique === undefined || hasLoneSurrogate(text)) return undefined;
  lookup.noteUse(unique.index);
  return withEntry(entry, lookup.locateTextToChange(entry, unique, text));
}

function withEntry(
  entry: CollectionEntry,
  found: DocumentToChange | undefined,
): LocatedDocument | undefined {
  if (found === undefined) return undefined;
  const { row, document, record } = found;
  return { entry, row, document, record };
}

/** The document with a value in a field that tells it from all others; `undefined` when it takes a query to say so. */
export function findDocument(
  lookup: StateLookup,
  { collection, uniqueTexts }: Pick<PointPlace, 'collection' | 'uniqueTexts'>,
  { field, text }: PointCondition,
): StoredDocument | undefined {
  if (field === 'id') {
    return canonicalUuid(text) === text ? lookup.documentOfId(collection, text) : undefined;
  }
  const unique = uniqueTexts.get(field);
  if (unique === undefined) return undefined;
  lookup.noteUse(unique.index);
  return lookup.documentOfText(collection, unique, text);
}

/** The same as it leaves the engine. */
export function findOutput(
  lookup: StateLookup,
  { collection, uniqueTexts, form }: PointPlace,
  { field, text }: PointCondition,
): unknown {
  if (field === 'id') {
    return canonicalUuid(text) === text ? lookup.outputOfId(collection, text, form) : undefined;
  }
  const unique = uniqueTexts.get(field);
  if (unique === undefined) return undefined;
  lookup.noteUse(unique.index);
  return lookup.outputOfText(collection, unique, text, form);
}

/** By field, where the unique index over that text field alone has texts. */
type UniqueTexts = ReadonlyMap<string, UniqueText>;

const uniqueTexts = new WeakMap<CollectionEntry, UniqueTexts>();

export function uniqueTextIndexes(collection: CollectionEntry): UniqueTexts {
  const known = uniqueTexts.get(collection);
  if (known !== undefined) return known;
  const isText = (name: string): boolean =>
    collection.definition.fields.some(
      ({ name: other, type }) => other === name && type.kind === 'scalar' && type.name === 'String',
    );
  const found = collection.indexes.filter(
    ({ unique, state, fields }) =>
      unique && state === 'live' && fields.length === 1 && isText(fields[0] ?? ''),
  );
  const made = new Map(
    found.map((index) => {
      const field = index.fields[0] ?? '';
      const place = { collectionId: collection.storageId, indexId: index.storageId };
      return [field, { ...place, index, field }];
    }),
  );
  uniqueTexts.set(collection, made);
  return made;
}
