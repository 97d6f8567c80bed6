/*
 * The version of a document: a digest of what it holds, in the form in which it leaves the engine. Two documents of one
 * id have the same version exactly when their fields have the same values, in whatever order they were set; a document
 * that was changed and changed back has the version that it had. So it needs no place in the store, and whoever holds a
 * whole document can compute it.
 */
import { createHash } from 'node:crypto';
import type { JsonValue } from '#engine/aql';

/** Keys of values that were attached to a document on its way begin with it. */
const attachedPrefix = '\u0000';

/** 22 letters, digits, `-` and `_`. The document is whole and flat, as `get` and `collect` give it. */
export function documentVersion(document: { readonly [field: string]: unknown }): string {
  const own = Object.entries(document).filter(([name]) => !name.startsWith(attachedPrefix));
  return createHash('sha256')
    .update(canonicalText(Object.fromEntries(own) as JsonValue))
    .digest('base64url')
    .slice(0, 22);
}

function canonicalText(value: JsonValue): string {
  return JSON.stringify(value, (_key, inner: JsonValue) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    const entries = Object.entries(inner);
    entries.sort(([left], [right]) => (left < right ? -1 : 1));
    return Object.fromEntries(entries);
  });
}
