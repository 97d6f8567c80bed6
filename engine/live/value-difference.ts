/* How a result that was computed anew differs from the one before: few changes for what is mostly the same. */
import type { JsonValue } from '#engine/aql';
import type { LiveChange } from './live-event.ts';

type ValueChange = Extract<LiveChange, { type: 'Value' | 'Splice' }>;

/** What makes `before` into `after`. O(size of both). */
export function differenceOf(
  before: JsonValue,
  after: JsonValue,
  path: readonly string[],
): readonly ValueChange[] {
  if (sameJson(before, after)) return [];
  if (isList(before) && isList(after)) return [spliceOf(before, after, path)];
  if (isObject(before) && isObject(after)) {
    const names = Object.keys(after);
    const isAlike =
      names.length === Object.keys(before).length &&
      names.every((name) => Object.hasOwn(before, name));
    if (isAlike) {
      return names.flatMap((name) =>
        differenceOf(before[name] ?? null, after[name] ?? null, [...path, name]),
      );
    }
  }
  return [{ type: 'Value', path, value: after }];
}

function spliceOf(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: readonly string[],
): ValueChange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && sameJson(before[start] ?? null, after[start] ?? null)) start += 1;
  let tail = 0;
  while (
    tail < shorter - start &&
    sameJson(before[before.length - 1 - tail] ?? null, after[after.length - 1 - tail] ?? null)
  ) {
    tail += 1;
  }
  return {
    type: 'Splice',
    path,
    start,
    deleteCount: before.length - tail - start,
    items: after.slice(start, after.length - tail),
  };
}

export function sameJson(left: JsonValue, right: JsonValue): boolean {
  if (left === right) return true;
  if (isList(left)) {
    return (
      isList(right) &&
      left.length === right.length &&
      left.every((item, at) => sameJson(item, right[at] ?? null))
    );
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every(
      (name) => Object.hasOwn(right, name) && sameJson(left[name] ?? null, right[name] ?? null),
    )
  );
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
