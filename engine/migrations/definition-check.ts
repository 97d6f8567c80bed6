import type { CollectionDefinition } from '#engine/aql';
import { checkRules } from '../catalog/field-rules.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { Refuse } from './document-step.ts';

/** Refuses a document that lacks what a definition requires, or breaks one of its rules. */
export function checkRevised(
  { fields }: CollectionDefinition,
  document: StoredDocument,
  refuse: Refuse,
): void {
  for (const { name, nullable, validate } of fields) {
    const value = Object.hasOwn(document, name) ? (document[name] ?? null) : null;
    if (value === null) {
      if (!nullable) refuse(document, `"${name}" is required`);
    } else if (validate !== undefined) {
      const [problem] = checkRules(validate, value);
      if (problem !== undefined) refuse(document, `"${name}" ${problem}`);
    }
  }
}
