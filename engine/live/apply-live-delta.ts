import type { JsonValue } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import type { ResultData } from '../exec/execution-result.ts';
import type { LiveChange } from './live-event.ts';

/** Brings a copy of a live query's result up to date, in place. */
export function applyLiveDelta(data: ResultData, changes: readonly LiveChange[]): void {
  for (const change of changes) {
    if (change.type === 'Value') setAt(data, change.path, change.value);
    else if (change.type === 'Splice') {
      listAt(data, change.path).splice(change.start, change.deleteCount, ...change.items);
    }
  }
  const roots = new Set(changes.flatMap((change) => ('root' in change ? [change.root] : [])));
  for (const root of roots) {
    const rows = listAt(data, [root]);
    const own = changes.filter((change) => 'root' in change && change.root === root);
    const removals = own.flatMap((change) => ('from' in change ? [change.from] : []));
    for (const from of removals.sort((left, right) => right - left)) rows.splice(from, 1);
    const inserts = own.flatMap((change) => ('to' in change ? [change] : []));
    for (const { to, row } of inserts.sort((left, right) => left.to - right.to)) {
      rows.splice(to, 0, row);
    }
  }
}

type Container = { [key: string]: JsonValue };

function setAt(data: ResultData, path: readonly string[], value: JsonValue): void {
  const last = path.at(-1);
  if (last === undefined) throw new TypeError('A path has a name.');
  let at: Container = data;
  for (const name of path.slice(0, -1)) {
    const inner: unknown = at[name];
    if (!isContainer(inner)) throw new TypeError(`There is no object at ${path.join('.')}.`);
    at = inner;
  }
  setOwn(at, last, value);
}

function listAt(data: ResultData, path: readonly string[]): JsonValue[] {
  let at: unknown = data;
  for (const name of path) at = isContainer(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  if (Array.isArray(at)) return at;
  throw new TypeError(`There is no list at ${path.join('.')}.`);
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
