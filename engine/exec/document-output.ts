import type { CollectionDefinition } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { compileCopy, copyValue, type OutputObject } from './projection.ts';

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
  const replaced = fields.flatMap(({ name, type }) => {
    const copy = compileCopy(type);
    return copy === undefined ? [] : [{ name, copy, isUsual: !(name in Object.prototype) }];
  });
  const defined = new Set(['id', ...fields.map(({ name }) => name)]);
  return (document) => {
    // Values that are not fit to leave are replaced below, before anybody sees the object.
    const output = { ...document } as OutputObject;
    for (let at = 0; at < replaced.length; at += 1) {
      const field = replaced[at];
      if (field === undefined) break;
      const { name, copy, isUsual } = field;
      const value = isUsual || Object.hasOwn(document, name) ? document[name] : undefined;
      if (value === undefined) continue;
      if (isUsual) output[name] = copy(value);
      else setOwn(output, name, copy(value));
    }
    if (open !== true) return output;
    for (const name of Object.keys(document)) {
      const value = document[name];
      if (typeof value === 'object' && !defined.has(name)) setOwn(output, name, copyValue(value));
    }
    return output;
  };
}
