/* The schema as documents of the engine's own collections, for queries about it. */
import { type JsonValue, typeText } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { handlerDocuments } from '../catalog/handler-record.ts';
import { toStored } from '../catalog/stored-form.ts';
import { columnSpecOf } from '../plan/column-access.ts';
import { createShares } from '../plan/selectivity.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import { uuidOfName } from '../values/name-uuid.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { planFacts } from './plan-facts.ts';

/** What this file knows the documents of. */
export const schemaCollections: readonly string[] = ['_collections', '_fields', '_handlers'];

/** The documents of one of them as of a snapshot; the same thing keeps its id. */
export function schemaDocuments(name: string, snapshot: Snapshot): readonly StoredDocument[] {
  switch (name) {
    case '_collections':
      return collectionDocuments(snapshot);
    case '_fields':
      return fieldDocuments(snapshot);
    default:
      return handlerDocuments(snapshot.catalog.handlers);
  }
}

function collectionDocuments(snapshot: Snapshot): readonly StoredDocument[] {
  return snapshot.catalog.collections.map((entry) => ({
    id: uuidOfName(`collection\n${entry.definition.name}`),
    name: entry.definition.name,
    open: entry.definition.open,
    document_count: snapshot.documentCount(entry),
    field_count: entry.definition.fields.length,
    index_count: entry.indexes.length,
  }));
}

function fieldDocuments(snapshot: Snapshot): readonly StoredDocument[] {
  return snapshot.catalog.collections.flatMap((entry) => {
    const { definition } = entry;
    const distinctCounts = distinctCountsOf(entry, snapshot);
    return definition.fields.map((field) => ({
      id: uuidOfName(`field\n${definition.name}\n${field.name}`),
      collection: definition.name,
      name: field.name,
      type: typeText(field.type),
      required: !field.nullable,
      indexed: field.indexed || field.unique,
      unique: field.unique,
      ...(field.references === undefined ? {} : { references: field.references }),
      ...(field.default?.kind === 'value' ? { default: storedDefault(field.default.value) } : {}),
      ...(field.default?.kind === 'now' ? { default: 'now' } : {}),
      ...distinctCounts(field.name),
    }));
  });
}

/** About how many different values a field has, where its column is cached: what the planner goes by. */
function distinctCountsOf(
  entry: CollectionEntry,
  snapshot: Snapshot,
): (field: string) => { readonly distinct_count?: number } {
  const shares = createShares(planFacts(snapshot), entry);
  return (field) => {
    const spec = columnSpecOf(entry.definition, [field]);
    const view = spec && snapshot.columns?.estimate(entry.storageId, spec);
    if (spec === undefined || view === undefined) return {};
    // The first code stands for null.
    if (view.kind === 'coded') return { distinct_count: Math.max(0, view.dictionary.size - 1) };
    return { distinct_count: Math.round(shares.distinctCount(spec) ?? 0) };
  };
}

/** Defaults are checked when they are defined. */
function storedDefault(value: JsonValue): StoredValue {
  const converted = toStored({ kind: 'scalar', name: 'Any' }, value);
  return converted.kind === 'stored' ? converted.value : null;
}
