import type { CollectionDefinition, FieldType } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { setOwn } from '../base/own-key.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { copyValue, type OutputObject, outputValue } from './projection.ts';

type DocumentOutput = (document: StoredDocument) => OutputObject;

const compiled = new WeakMap<CollectionDefinition, DocumentOutput>();

/** How whole documents of a collection leave the engine; compiled once for each definition. */
export function documentOutput(definition: CollectionDefinition): DocumentOutput {
  const known = compiled.get(definition);
  if (known !== undefined) return known;
  const output = compileDocument(definition);
  compiled.set(definition, output);
  return output;
}

/**
 * Flat, with their id; not set fields are absent. The
 * object is copied as a whole, which costs a fraction of setting its fields one by one; only what is shared or has
 * another form outside is replaced.
 */
function compileDocument({ fields, open }: CollectionDefinition): DocumentOutput {
  const replaced = fields.filter(({ type }) => !isSameOutside(type));
  const defined = new Set(['id', ...fields.map(({ name }) => name)]);
  return (document) => {
    // Values that are not fit to leave are replaced below, before anybody sees the object.
    const output = { ...document } as OutputObject;
    for (const { name, type } of replaced) {
      const value = Object.hasOwn(document, name) ? document[name] : undefined;
      if (value !== undefined) setOwn(output, name, outputValue(type, value));
    }
    if (open !== true) return output;
    for (const name of Object.keys(document)) {
      const value = document[name];
      if (typeof value === 'object' && !defined.has(name)) setOwn(output, name, copyValue(value));
    }
    return output;
  };
}

/** True for values that are immutable and have one form inside and outside. */
function isSameOutside(type: FieldType): boolean {
  if (type.kind === 'list') return false;
  switch (type.name) {
    case 'String':
    case 'Int':
    case 'Float':
    case 'Boolean':
    case 'Uuid':
      return true;
    case 'DateTime':
    case 'Object':
    case 'Any':
      return false;
    default:
      return unreachable(type.name);
  }
}
