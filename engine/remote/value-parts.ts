/*
 * Large values in messages of bounded size. Lists near the top of a value (a result's documents, for example) are taken
 * out and travel in pieces, each with the path to its list; what remains goes first, with empty lists in their places.
 * Pieces are cut by estimated bytes, so that neither end codes a large text in one go.
 */
import type { JsonValue } from '#engine/aql';
import { limits } from '../limits.ts';

/** Elements to be added to the list at `path`. */
export interface ValuePart {
  readonly path: readonly (string | number)[];
  readonly items: readonly JsonValue[];
}

/** Lists further down stay inside their element. */
const depthMax = 4;

interface TakenList {
  readonly path: readonly (string | number)[];
  readonly items: readonly JsonValue[];
}

/** A value on its way out. */
export class ValueSender {
  /** The value with empty lists. */
  readonly skeleton: JsonValue;
  readonly #lists: TakenList[] = [];
  #list = 0;
  #item = 0;

  constructor(value: JsonValue) {
    this.skeleton = this.#strip(value, []);
  }

  get isDone(): boolean {
    return this.#list >= this.#lists.length;
  }

  /** The next elements, as many as make a message; none when it is done. */
  next(): readonly ValuePart[] {
    const parts: ValuePart[] = [];
    let bytes = 0;
    let rows = 0;
    const isFull = () => bytes >= limits.remoteBatchBytesMax || rows >= limits.remoteBatchRowsMax;
    for (let list = this.#lists[this.#list]; list !== undefined && !isFull(); ) {
      const start = this.#item;
      while (this.#item < list.items.length && !isFull()) {
        bytes += roughBytes(list.items[this.#item]);
        rows += 1;
        this.#item += 1;
      }
      if (this.#item > start) {
        parts.push({ path: list.path, items: list.items.slice(start, this.#item) });
      }
      if (this.#item < list.items.length) break;
      this.#list += 1;
      this.#item = 0;
      list = this.#lists[this.#list];
    }
    return parts;
  }

  #strip(value: JsonValue, path: readonly (string | number)[]): JsonValue {
    if (typeof value !== 'object' || value === null || path.length >= depthMax) return value;
    if (isList(value)) {
      // Lists of results are walked, because their documents are what is large.
      if (path[0] === 'results' && path.length === 1) {
        return value.map((item, at) => this.#strip(item, [...path, at]));
      }
      this.#lists.push({ path, items: value });
      return [];
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, this.#strip(inner, [...path, key])]),
    );
  }
}

/** A value as it comes in; the skeleton is changed in place, because nobody else has it. */
export class ValueReceiver {
  readonly value: JsonValue;

  constructor(skeleton: JsonValue) {
    this.value = skeleton;
  }

  add(parts: readonly ValuePart[]): void {
    for (const { path, items } of parts) {
      const list = this.#listAt(path);
      for (const item of items) list.push(item);
    }
  }

  #listAt(path: readonly (string | number)[]): JsonValue[] {
    let at: unknown = this.value;
    for (const key of path) {
      at =
        typeof at === 'object' && at !== null
          ? Object.getOwnPropertyDescriptor(at, key)?.value
          : undefined;
    }
    if (!Array.isArray(at)) throw new TypeError(`There is no list at ${path.join('.')}.`);
    return at;
  }
}

/** About how many bytes a value takes as JSON; only its order of magnitude counts. */
export function roughBytes(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return value.length + 3;
    case 'object':
      break;
    default:
      return 8;
  }
  if (value === null) return 5;
  let bytes = 2;
  if (Array.isArray(value)) {
    for (const item of value) bytes += roughBytes(item);
    return bytes;
  }
  for (const [key, inner] of Object.entries(value)) bytes += key.length + 4 + roughBytes(inner);
  return bytes;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
