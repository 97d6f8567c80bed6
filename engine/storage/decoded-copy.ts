/*
 * Packr makes records by literals of one place in its code. Once most objects of such a place have lived for long, as those
 * of documents that are cached do, V8 makes all further ones in the old heap. There even one that is let go of at once
 * stays until the next full collection, and with it all that it leads to, which each collection of young objects copies
 * meanwhile: a sort of a million documents then took half as long again, and stood still for 30 ms at a time. So that no
 * object of Packr's lives for long, whatever becomes of the document, each is copied, by ways that V8 does not follow up.
 */
import { setOwn } from '../base/own-key.ts';
import { isList } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';

/** The same document, of which nothing is shared but texts. It takes a twentieth of what it took to decode it. */
export function copyDecoded(document: StoredDocument): StoredDocument {
  const copy: StoredDocument & { [field: string]: StoredValue } = { ...document };
  copyInner(copy);
  return copy;
}

function copyInner(copy: { [key: string]: StoredValue }): void {
  for (const key in copy) {
    const value = copy[key];
    if (typeof value === 'object' && value !== null) setOwn(copy, key, copyNested(value));
  }
}

function copyNested(value: StoredValue & object): StoredValue {
  if (isList(value)) {
    const list = value.slice();
    for (let at = 0; at < list.length; at += 1) {
      const element = list[at];
      if (typeof element === 'object' && element !== null) list[at] = copyNested(element);
    }
    return list;
  }
  const copy = { ...value };
  copyInner(copy);
  return copy;
}
