/*
 * The data of a live query, kept current by its deltas. Lists of documents at a root are kept as entries, whose keys stay
 * with them: a document's id when the query selects it, else a number. Everything else is kept as it came.
 */
import type { WireLiveChange, WireLiveEvent, WireValue } from '#contract';

type WireObject = { readonly [key: string]: WireValue };

/** A document of a list at a root. */
export interface DataRow {
  readonly key: string;
  readonly row: WireObject;
}

/** One change of a document or value, for the log. */
export interface DataChange {
  readonly kind: 'added' | 'changed' | 'moved' | 'removed';
  /** The root, or the path of a value. */
  readonly place: string;
  readonly id: string | undefined;
  readonly fields: readonly {
    readonly name: string;
    readonly old: WireValue | undefined;
    readonly new: WireValue | undefined;
  }[];
}

/** What an event did to a root. */
export interface RootChange {
  /** Rows came, went or moved, or are all others. */
  isReplaced: boolean;
  /** Places of rows that only hold other values. */
  readonly rows: Set<number>;
}

export interface DataUpdate {
  readonly roots: ReadonlyMap<string, RootChange>;
  readonly changes: readonly DataChange[];
}

export class LiveData {
  readonly #lists = new Map<string, DataRow[]>();
  #data: { [root: string]: WireValue } = {};
  #lastKey = 0;

  /** The documents at a root; `undefined` when it is no list of documents. */
  list(root: string): readonly DataRow[] | undefined {
    return this.#lists.get(root);
  }

  value(root: string): WireValue | undefined {
    return this.#data[root];
  }

  take(event: WireLiveEvent): DataUpdate {
    return event.type === 'snapshot' ? this.#begin(event.data) : this.#apply(event.changes);
  }

  /** A whole result: the first, or one after a connection was lost. */
  #begin(data: WireObject): DataUpdate {
    const roots = new Map<string, RootChange>();
    this.#data = {};
    for (const [root, value] of Object.entries(data)) {
      roots.set(root, { isReplaced: true, rows: new Set() });
      if (isDocumentList(value)) this.#lists.set(root, this.#keyed(value, this.#lists.get(root)));
      else this.#data[root] = value;
    }
    return { roots, changes: [] };
  }

  #apply(deltas: readonly WireLiveChange[]): DataUpdate {
    const roots = new Map<string, RootChange>();
    const changes: DataChange[] = [];
    const changeOf = (root: string): RootChange => {
      const known = roots.get(root) ?? { isReplaced: false, rows: new Set<number>() };
      roots.set(root, known);
      return known;
    };
    const byRoot = new Map<string, RowDelta[]>();
    for (const delta of deltas) {
      if ('root' in delta) {
        byRoot.set(delta.root, [...(byRoot.get(delta.root) ?? []), delta]);
        changes.push(rowChange(delta));
      } else changes.push(...this.#change(delta, changeOf(delta.path[0] ?? '')));
    }
    for (const [root, own] of byRoot) this.#moveRows(root, own, changeOf(root));
    return { roots, changes };
  }

  /** Takes rows out from the last, then puts them in from the first: as the engine counts their places. */
  #moveRows(root: string, deltas: readonly RowDelta[], change: RootChange): void {
    const list = this.#lists.get(root) ?? [];
    this.#lists.set(root, list);
    if (deltas.every((delta) => delta.type === 'Modified' && delta.from === delta.to)) {
      for (const delta of deltas) {
        const known = delta.type === 'Modified' ? list[delta.from] : undefined;
        if (delta.type !== 'Modified' || known === undefined) continue;
        list[delta.from] = { key: known.key, row: delta.row };
        change.rows.add(delta.from);
      }
      return;
    }
    change.isReplaced = true;
    const keys = new Map<string, string>();
    const leaving = deltas.flatMap((delta) => (delta.type === 'Added' ? [] : [delta]));
    for (const { id, from } of leaving.sort((left, right) => right.from - left.from)) {
      const [gone] = list.splice(from, 1);
      if (gone !== undefined) keys.set(id, gone.key);
    }
    const coming = deltas.flatMap((delta) => (delta.type === 'Removed' ? [] : [delta]));
    for (const { id, to, row } of coming.sort((left, right) => left.to - right.to)) {
      list.splice(to, 0, { key: keys.get(id) ?? id, row });
    }
  }

  #change(
    delta: Extract<WireLiveChange, { readonly path: readonly string[] }>,
    change: RootChange,
  ): readonly DataChange[] {
    change.isReplaced = true;
    const place = delta.path.join('.');
    const [root = ''] = delta.path;
    if (delta.type === 'Value') {
      const old = valueAt(this.#data, delta.path);
      this.#data = withValue(this.#data, delta.path, delta.value);
      return [valueChange(place, old, delta.value)];
    }
    const rows = delta.path.length === 1 ? this.#lists.get(root) : undefined;
    if (rows !== undefined) return this.#spliceRows(rows, delta, place);
    const list = valueAt(this.#data, delta.path);
    const after = Array.isArray(list) ? [...list] : [];
    const gone = after.splice(delta.start, delta.deleteCount, ...delta.items);
    this.#data = withValue(this.#data, delta.path, after);
    return itemChanges(place, gone, delta.items);
  }

  #spliceRows(
    rows: DataRow[],
    { start, deleteCount, items }: Extract<WireLiveChange, { readonly type: 'Splice' }>,
    place: string,
  ): readonly DataChange[] {
    const documents = items.filter(isObject);
    const gone = rows.slice(start, start + deleteCount);
    rows.splice(start, deleteCount, ...this.#keyed(documents, gone));
    return itemChanges(
      place,
      gone.map(({ row }) => row),
      documents,
    );
  }

  /** Documents with the keys that they had: by id or, where the query selects none, by what is the same in them. */
  #keyed(rows: readonly WireObject[], before: readonly DataRow[] = []): DataRow[] {
    const old = before.map(({ row }) => row);
    const from = matches(old, rows);
    return rows.map((row, at) => {
      const { id } = row;
      if (typeof id === 'string') return { key: id, row };
      this.#lastKey += 1;
      const known = before[from[at] ?? -1];
      return { key: known?.key ?? `row ${this.#lastKey}`, row };
    });
  }
}

type RowDelta = Extract<WireLiveChange, { readonly root: string }>;

function rowChange(delta: RowDelta): DataChange {
  const { root: place, id } = delta;
  switch (delta.type) {
    case 'Added':
      return { kind: 'added', place, id, fields: fieldChanges({}, delta.row) };
    case 'Removed':
      return { kind: 'removed', place, id, fields: fieldChanges(delta.old, {}) };
    case 'Modified': {
      const fields = fieldChanges(delta.old, delta.row);
      return { kind: fields.length === 0 ? 'moved' : 'changed', place, id, fields };
    }
  }
}

/** What became of the elements of a list. Those that are the same as before are no change. */
function itemChanges(
  place: string,
  gone: readonly WireValue[],
  come: readonly WireValue[],
): readonly DataChange[] {
  const from = matches(gone, come);
  const kept = new Set(from);
  const removed = gone
    .filter((_, at) => !kept.has(at))
    .map((old) => itemChange(place, old, undefined));
  const others = come.flatMap((now, at) => {
    const change = itemChange(place, gone[from[at] ?? -1], now);
    return change.fields.length === 0 ? [] : [change];
  });
  return [...removed, ...others];
}

/** For each new element the place of the old one that it was; -1 for none. The same first, then one of the same name. */
function matches(gone: readonly WireValue[], come: readonly WireValue[]): readonly number[] {
  const from = come.map(() => -1);
  for (const nameOf of [(item: WireValue) => JSON.stringify(item), firstMember]) {
    const free = new Map<string, number[]>();
    const taken = new Set(from);
    for (const [at, item] of gone.entries()) {
      if (!taken.has(at)) free.set(nameOf(item), [...(free.get(nameOf(item)) ?? []), at]);
    }
    for (const [at, item] of come.entries()) {
      if (from[at] === -1) from[at] = free.get(nameOf(item))?.shift() ?? -1;
    }
  }
  return from;
}

/** What an element is called: its id, the key of a group, or else the first thing that it tells. */
function firstMember(item: WireValue): string {
  if (!isObject(item)) return JSON.stringify(item);
  const { id, key } = item;
  return JSON.stringify(id ?? key ?? Object.values(item)[0]);
}

function itemChange(
  place: string,
  old: WireValue | undefined,
  now: WireValue | undefined,
): DataChange {
  if (!isObject(old ?? {}) || !isObject(now ?? {})) return valueChange(place, old, now);
  const kind = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
  const fields = fieldChanges(isObject(old) ? old : {}, isObject(now) ? now : {});
  return { kind, place, id: undefined, fields };
}

function valueChange(
  place: string,
  old: WireValue | undefined,
  now: WireValue | undefined,
): DataChange {
  const name = place.split('.').at(-1) ?? place;
  return { kind: 'changed', place, id: undefined, fields: [{ name, old, new: now }] };
}

function fieldChanges(old: WireObject, now: WireObject): DataChange['fields'] {
  const before = new Map(Object.entries(old));
  const after = new Map(Object.entries(now));
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ name, old: was, new: is }];
  });
}

function valueAt(data: WireObject, path: readonly string[]): WireValue | undefined {
  let at: WireValue | undefined = data;
  for (const name of path) at = isObject(at) ? new Map(Object.entries(at)).get(name) : undefined;
  return at;
}

function withValue(
  data: WireObject,
  [name = '', ...rest]: readonly string[],
  value: WireValue,
): { [key: string]: WireValue } {
  const inner = rest.length === 0 ? value : withValue(memberOf(data, name), rest, value);
  return Object.fromEntries([
    ...Object.entries(data).filter(([key]) => key !== name),
    [name, inner],
  ]);
}

function memberOf(data: WireObject, name: string): WireObject {
  const member = new Map(Object.entries(data)).get(name);
  return isObject(member) ? member : {};
}

function isDocumentList(value: WireValue): value is readonly WireObject[] {
  return Array.isArray(value);
}

function isObject(value: WireValue | undefined): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
