/* What an index says about a document: which values it is found under, and their key bytes. */
import type { CollectionDefinition, FieldType } from '#engine/aql';
import type { CollectionEntry, IndexEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { idHead, indexEntryHead } from '../storage/key-space.ts';
import { isList } from '../values/compare.ts';
import { parseFieldPath, readPath } from '../values/field-path.ts';
import { type KeyForm, KeyWriter } from '../values/key-encoding.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { idIndexOf } from './id-index.ts';
import { RecentKeys } from './recent-keys.ts';
import { textTuples } from './text-layout.ts';

/** An index with everything that is needed to make its keys. */
export interface IndexLayout {
  readonly entry: IndexEntry;
  readonly paths: readonly (readonly string[])[];
  readonly forms: readonly KeyForm[];
  readonly head: Uint8Array;
  /** Reused for every key, because making one costs more than writing a key. */
  readonly writer: KeyWriter;
  readonly recent: RecentKeys;
}

/** One place of a document in an index. */
export class IndexKey {
  /**
   * Head and values, without block or row, as a text of one character per byte: a commit looks a key up at five places,
   * keeps it until it is applied, and needs its bytes once.
   */
  readonly mapKey: string;
  /** True when a value is null, so that a unique index does not count it. */
  readonly hasNull: boolean;

  constructor(mapKey: string, hasNull: boolean) {
    this.mapKey = mapKey;
    this.hasNull = hasNull;
  }

  /** The bytes, made anew. */
  get bytes(): Uint8Array {
    return Buffer.from(this.mapKey, 'latin1');
  }
}

export function indexLayout(definition: CollectionDefinition, entry: IndexEntry): IndexLayout {
  return {
    entry,
    paths: entry.fields.map(parseFieldPath),
    forms: entry.fields.map((field) => keyForm(definition, field, entry.multiEntry)),
    head: indexEntryHead(entry.storageId),
    writer: new KeyWriter(),
    recent: new RecentKeys(),
  };
}

/** The layout of a collection's ids (id-index.ts): their keys have no types of values, and nothing in them is cut. */
export function idLayout(collection: CollectionEntry): IndexLayout {
  return {
    entry: idIndexOf(collection),
    paths: [['id']],
    forms: ['id'],
    head: idHead(collection.storageId),
    writer: new KeyWriter(),
    recent: new RecentKeys(),
  };
}

/** How many values in the keys of a layout may have been cut, or are told apart by their types. */
export function typedFieldCount({ forms }: IndexLayout): number {
  return forms[0] === 'id' ? 0 : forms.length;
}

/**
 * The keys of a document, each once. A multi-entry index has one per distinct element; a list that is null or not set
 * counts as one null, an empty list has none.
 * @throws AuroraError `InvalidValue`, `LimitExceeded`
 */
export function indexKeys(layout: IndexLayout, document: StoredDocument): readonly IndexKey[] {
  if (hasOneKey(layout)) return onlyKeys(layout, document);
  const tuples = indexTuples(layout, document);
  const keys = new Map<string, IndexKey>();
  for (const tuple of tuples) {
    const key = encodeTuple(layout, tuple);
    keys.set(key.mapKey, key);
  }
  return [...keys.values()];
}

/** True when every document has one key, whatever it holds. */
export function hasOneKey({ entry }: IndexLayout): boolean {
  return entry.text !== true && !entry.multiEntry;
}

/** The key of a document in an index that has one of each. @throws AuroraError `InvalidValue` */
export function onlyKey(layout: IndexLayout, document: StoredDocument): IndexKey {
  const { writer } = layout;
  const hasNull = writeOnlyKey(writer.reset(), layout, document);
  return new IndexKey(writer.takeText(), hasNull);
}

/** Writes that key behind what was written before; true when a value in it is null. @throws AuroraError `InvalidValue` */
export function writeOnlyKey(
  writer: KeyWriter,
  { head, paths, forms }: IndexLayout,
  document: StoredDocument,
): boolean {
  writer.raw(head);
  let hasNull = false;
  for (let at = 0; at < paths.length; at += 1) {
    const value = readPath(document, paths[at] ?? nowhere) ?? null;
    if (value === null) hasNull = true;
    writer.value(value, forms[at] ?? 'value');
  }
  return hasNull;
}

/** The same in a list, which may be that of other documents with the same value. */
export function onlyKeys(layout: IndexLayout, document: StoredDocument): readonly IndexKey[] {
  const { paths, forms, recent } = layout;
  const value = paths.length === 1 ? readPath(document, paths[0] ?? nowhere) : undefined;
  // What is no whole number of 32 bits is another one than itself cut to that.
  if (typeof value !== 'number' || value !== (value | 0) || forms[0] !== 'value') {
    return [onlyKey(layout, document)];
  }
  const known = recent.of(value);
  if (known !== undefined) return known;
  const keys = [onlyKey(layout, document)];
  recent.note(value, keys);
  return keys;
}

const nowhere: readonly string[] = [];

/**
 * Calls back with each key of a document. For work that goes over many documents and keeps no key: V8 makes the lists
 * of `indexKeys` in the old heap once those of commits have lived long, and whatever they lead to survives with them
 * until the next full collection, which made pauses of the collector long.
 * @throws AuroraError `InvalidValue`, `LimitExceeded`
 */
export function eachIndexKey(
  layout: IndexLayout,
  document: StoredDocument,
  visit: (key: IndexKey) => void,
): void {
  if (hasOneKey(layout)) visit(onlyKey(layout, document));
  else for (const key of indexKeys(layout, document)) visit(key);
}

/** The values under which a document is found: one tuple, or one per element of a multi-entry index. */
export function indexTuples(
  layout: IndexLayout,
  document: StoredDocument,
): readonly (readonly StoredValue[])[] {
  const tuple = layout.paths.map((path) => readPath(document, path) ?? null);
  const first = tuple[0];
  if (layout.entry.text === true) return textTuples(layout.entry, first ?? null, document);
  if (!layout.entry.multiEntry || !isList(first)) return [tuple];
  if (first.length > limits.multiEntryMax) {
    throw new AuroraError(
      'LimitExceeded',
      `The list "${layout.entry.name}" of document ${document.id} has ${first.length} elements; an indexed list may have ${limits.multiEntryMax}.`,
      {
        details: { collection: layout.entry.collection, field: layout.entry.name, id: document.id },
      },
    );
  }
  return first.map((element) => [element]);
}

/** Head and values of a tuple, which may be a prefix of the index's fields. */
export function encodeTuple(layout: IndexLayout, tuple: readonly StoredValue[]): IndexKey {
  const writer = layout.writer.reset().raw(layout.head);
  let hasNull = false;
  for (let at = 0; at < tuple.length; at += 1) {
    const value = tuple[at] ?? null;
    if (value === null) hasNull = true;
    writer.value(value, layout.forms[at] ?? 'value');
  }
  return new IndexKey(writer.takeText(), hasNull);
}

function keyForm(definition: CollectionDefinition, field: string, multiEntry: boolean): KeyForm {
  if (field === 'id') return 'uuid';
  const type = definition.fields.find(({ name }) => name === field)?.type;
  if (type === undefined) return 'value';
  return isUuid(multiEntry && type.kind === 'list' ? type.element : type) ? 'uuid' : 'value';
}

function isUuid(type: FieldType): boolean {
  return type.kind === 'scalar' && type.name === 'Uuid';
}

/** A key as a text of one character per byte. */
export function keyText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.prototype.latin1Slice.call(bytes, start, end);
}
