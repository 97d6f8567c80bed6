/*
 * Single documents, read at once: no snapshot is taken and nothing is planned, since nothing can come between. What
 * these lookups find is what a query finds; where that is not plain to see, they leave it to the query.
 */
import type { Catalog, CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import type { DocumentToChange, StateLookup } from '../transactions/state-lookup.ts';
import { hasLoneSurrogate } from '../values/key-encoding.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { canonicalUuid } from '../values/uuid.ts';
import { documentOutput } from './document-output.ts';
import { findCollection } from './find-collection.ts';
import type { OutputObject } from './projection.ts';

/** What is published. */
export interface PointSource {
  readonly lookup: StateLookup;
  readonly catalog: Catalog;
}

const nowhere = { start: 0, end: 0 };

/** Reads one document by id; `undefined` when there is none. @throws AuroraError `CollectionNotFound` */
export function readPoint(
  { lookup, catalog }: PointSource,
  name: string,
  id: string,
): OutputObject | undefined {
  const collection = findCollection({ catalog }, name, nowhere);
  const document = lookup.documentOfId(collection, id);
  return document === undefined ? undefined : documentOutput(collection.definition)(document);
}

/** A condition that at most one document meets. */
export interface PointCondition {
  readonly field: string;
  readonly text: string;
}

/**
 * The only document of a collection that a condition lets through, in a list of its own; `undefined` when it takes a
 * query to say so.
 */
export function findPoint(
  { lookup, catalog }: PointSource,
  name: string,
  { field, text }: PointCondition,
): readonly OutputObject[] | undefined {
  const collection = catalog.collection(name);
  if (collection === undefined) return undefined;
  const document = findDocument(lookup, collection, field, text);
  return document === undefined ? undefined : [documentOutput(collection.definition)(document)];
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
  const index = uniqueTextIndex(entry, field);
  if (index === undefined || hasLoneSurrogate(text)) return undefined;
  lookup.noteUse(index);
  return withEntry(entry, lookup.locateTextToChange(entry, { index, field }, text));
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
  collection: CollectionEntry,
  field: string,
  text: string,
): StoredDocument | undefined {
  if (field === 'id') {
    return canonicalUuid(text) === text ? lookup.documentOfId(collection, text) : undefined;
  }
  const index = uniqueTextIndex(collection, field);
  if (index === undefined || hasLoneSurrogate(text)) return undefined;
  lookup.noteUse(index);
  return lookup.documentOfText(collection, { index, field }, text);
}

const uniqueTexts = new WeakMap<CollectionEntry, ReadonlyMap<string, IndexEntry>>();

/** The unique index over a text field alone. */
export function uniqueTextIndex(
  collection: CollectionEntry,
  field: string,
): IndexEntry | undefined {
  let known = uniqueTexts.get(collection);
  if (known === undefined) {
    const isText = (name: string): boolean =>
      collection.definition.fields.some(
        ({ name: other, type }) =>
          other === name && type.kind === 'scalar' && type.name === 'String',
      );
    const found = collection.indexes.filter(
      ({ unique, state, fields }) =>
        unique && state === 'live' && fields.length === 1 && isText(fields[0] ?? ''),
    );
    known = new Map(found.map((index) => [index.fields[0] ?? '', index]));
    uniqueTexts.set(collection, known);
  }
  return known.get(field);
}
