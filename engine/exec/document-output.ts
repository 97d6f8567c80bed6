import type { CollectionDefinition, FieldType } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { copyValue, type OutputObject, outputValue } from './projection.ts';

/** Compiles each definition once. */
export class DocumentOutputs {
  readonly #compiled = new WeakMap<
    CollectionDefinition,
    (document: StoredDocument) => OutputObject
  >();

  of(definition: CollectionDefinition): (document: StoredDocument) => OutputObject {
    const known = this.#compiled.get(definition);
    if (known !== undefined) return known;
    const compiled = compileDocument(definition);
    this.#compiled.set(definition, compiled);
    return compiled;
  }
}

/** Compiles how whole documents of a collection leave the engine: flat, with their id; not set fields are absent. */
export function compileDocument(
  definition: CollectionDefinition,
): (document: StoredDocument) => OutputObject {
  const types = new Map<string, FieldType>(definition.fields.map(({ name, type }) => [name, type]));
  return (document) => {
    const output: OutputObject = {};
    for (const name of Object.keys(document)) {
      const value = document[name];
      if (value === undefined) continue;
      const type = types.get(name);
      setOwn(output, name, type === undefined ? copyValue(value) : outputValue(type, value));
    }
    return output;
  };
}
