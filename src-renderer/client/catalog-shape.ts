import type { CatalogInfo, CollectionInfo, FieldInfo } from '#contract';
import type {
  CatalogShape,
  CollectionDefinition,
  FieldDefault,
  FieldDefinition,
} from '#engine/aql';

/** The catalog as the language service wants it. Validation rules stay with the host. */
export function catalogToShape(catalog: CatalogInfo): CatalogShape {
  return { version: catalog.version, collections: catalog.collections.map(collectionToShape) };
}

function collectionToShape(collection: CollectionInfo): CollectionDefinition {
  return {
    name: collection.name,
    open: collection.open,
    fields: collection.fields.map(fieldToShape),
    indexes: collection.indexes
      .filter((index) => index.fields.length > 1 || index.fields.some((path) => path.includes('.')))
      .map((index) => ({ fields: index.fields, unique: index.unique })),
  };
}

function fieldToShape(field: FieldInfo): FieldDefinition {
  return {
    name: field.name,
    type: field.type,
    nullable: field.nullable,
    unique: field.unique,
    indexed: field.indexed,
    ...(field.references === undefined ? {} : { references: field.references }),
    ...(field.defaultText === undefined ? {} : { default: defaultOf(field.defaultText) }),
  };
}

/** The host writes a default as `now` or as JSON, which is AQL. */
function defaultOf(text: string): FieldDefault {
  return text === 'now' ? { kind: 'now' } : { kind: 'value', value: JSON.parse(text) };
}
