/*
 * Those who follow a history, each with a copy of what it was told. Whatever one takes is held against what the
 * reference says of that very commit.
 */
import {
  AuroraError,
  applyLiveDelta,
  type ChangePosition,
  type Database,
  type EventStream,
  type JsonValue,
  type LiveEvent,
  type WatchUpdate,
} from '#engine';
import type { ReferenceDocument } from '../../testing/reference-evaluator.ts';
import { AskedStream } from './asked-stream.ts';
import type { Choices, JsonObject } from './law-choices.ts';
import { Expectation, type Moments } from './law-moments.ts';
import { randomQuery } from './law-queries.ts';

export interface Follower {
  readonly kind: string;
  readonly description: string;
  /** How `_watchers` calls it. */
  readonly watcherText: string;
  readonly deltaCount: number;
  /** Takes what is there. @throws Error when it contradicts what was at that commit */
  drain(): void;
  /** True when the copy is what the query gives after the last commit, or the query has ended as it may. */
  isRight(): boolean;
  show(): unknown;
  /** Looks whether it has ended with an error that it may have. */
  look(): void;
  close(): void;
}

export interface FollowedHistory {
  readonly db: Database;
  readonly collection: string;
  readonly moments: Moments;
  readonly choices: Choices;
  /** What comes over a socket comes to those alone who wait for it. */
  readonly isRemote: boolean;
  /** Where the owner stands when it begins. */
  readonly begin: ChangePosition;
}

export function followQuery(history: FollowedHistory): Follower {
  const { db, collection, choices } = history;
  const { among, random, pool } = choices;
  const { kind, range, body } = randomQuery(collection, choices);
  const where = random() < 0.2 ? {} : among(pool.filters);
  const orderBy = random() < 0.3 ? [] : among(pool.orders);
  const first = `query($where: Object, $order: Any) { r: ${collection}(where: $where, orderBy: $order ${range}) { ${body} }`;
  const expected = new Expectation(`${first} }`, { where, orderBy }, history);
  // A second root must always be of the same commit as the first.
  const hasSecond = random() < 0.3;
  const text = hasSecond ? `${first} all: ${collection} { totalCount } }` : `${first} }`;
  const debounceMs = random() < 0.1 ? 1 : 0;
  const live = db.live(text, { variables: { where, order: [...orderBy] }, debounceMs });
  return new QueryFollower(history.isRemote ? new AskedStream(live) : live, expected, {
    kind,
    watcherText: text,
    description: `${text}\n${JSON.stringify({ where, orderBy, debounceMs })}`,
  });
}

class QueryFollower implements Follower {
  readonly kind: string;
  readonly description: string;
  readonly watcherText: string;
  #live: EventStream<LiveEvent> | AskedStream<LiveEvent>;
  readonly #expected: Expectation;
  #copy: { [key: string]: JsonValue } | undefined;
  #deltaCount = 0;
  #hasFailed = false;

  constructor(
    live: EventStream<LiveEvent> | AskedStream<LiveEvent>,
    expected: Expectation,
    words: Pick<Follower, 'kind' | 'description' | 'watcherText'>,
  ) {
    this.#live = live;
    this.#expected = expected;
    this.kind = words.kind;
    this.description = words.description;
    this.watcherText = words.watcherText;
  }

  get deltaCount(): number {
    return this.#deltaCount;
  }

  drain(): void {
    try {
      for (let event = this.#live.take(); event; event = this.#live.take()) this.#take(event);
    } catch (error) {
      const isOfSum = error instanceof AuroraError && error.code === 'InvalidValue';
      if (!isOfSum || !this.#expected.mayFail) throw error;
      this.#hasFailed = true;
    }
  }

  isRight(): boolean {
    if (this.#hasFailed) return true;
    const now = this.#expected.at(this.#expected.moments.lastLsn);
    return now === undefined || (this.#copy !== undefined && isSame(this.#copy['r'], now));
  }

  show(): unknown {
    return {
      copy: this.#copy?.['r'],
      wanted: this.#expected.at(this.#expected.moments.lastLsn),
    };
  }

  look(): void {
    // A stream gives its errors to those alone who wait for its next event.
    if (this.#live instanceof AskedStream || !this.#expected.mayFail) return;
    this.#live = new AskedStream(this.#live);
  }

  close(): void {
    this.#live.close();
  }

  #take(event: LiveEvent): void {
    if (event.type === 'snapshot') this.#copy = event.data;
    else {
      this.#deltaCount += 1;
      if (this.#copy === undefined) throw new Error('a snapshot comes first');
      applyLiveDelta(this.#copy, event.changes);
    }
    const then = this.#expected.moments.at(event.lsn);
    // What is followed from another process may be told as of a commit that was not looked at.
    if (then === undefined) return;
    const wanted = this.#expected.at(event.lsn);
    const all = this.#copy['all'] ?? { totalCount: then.length };
    if (isSame(this.#copy['r'], wanted) && isSame(all, { totalCount: then.length })) return;
    throw new Error(
      `${this.description}\nat ${event.lsn}: ${JSON.stringify({ event, copy: this.#copy, wanted })}`,
    );
  }
}

export function followWatch(history: FollowedHistory): Follower {
  const { db, collection, choices } = history;
  const { among, random, below, pool } = choices;
  const where = random() < 0.2 ? {} : among(pool.filters);
  const limit = [undefined, undefined, 1, 2, 5][below(5)];
  const text = `{ r: ${collection}${limit === undefined ? '' : `(limit: ${limit})`} { id } }`;
  const expected = new Expectation(text, { where }, history);
  let query = db.query(collection).filter(() => ({ where }));
  if (limit !== undefined) query = query.limit(limit);
  const debounceMs = random() < 0.1 ? 1 : 0;
  const watching = query.watch({ debounceMs });
  const stream = history.isRemote ? new AskedStream(watching) : watching;
  const copy = new Map<string, unknown>();
  let deltaCount = 0;
  const take = ({ type, id, old, new: now, ...rest }: WatchUpdate<{ id: string }>) => {
    deltaCount += 1;
    const isInitial = 'isInitial' in rest && rest.isInitial;
    const isKnown = type === 'Added' ? isInitial || !copy.has(id) : isSame(copy.get(id), old);
    if (!isKnown) throw new Error(`${text} ${JSON.stringify({ where, type, old, id })}`);
    if (type === 'Removed') copy.delete(id);
    else copy.set(id, now);
  };
  const wanted = () => {
    const { lastLsn } = expected.moments;
    const rows = expected.at(lastLsn);
    const byId = new Map(expected.moments.at(lastLsn)?.map((each) => [String(each['id']), each]));
    const ids = Array.isArray(rows) ? rows.map((row: JsonObject) => String(row['id'])) : [];
    return new Map(ids.map((id) => [id, byId.get(id)]));
  };
  return {
    kind: limit === undefined ? 'watch' : 'watch with limit',
    description: `${text} ${JSON.stringify({ where, debounceMs })}`,
    watcherText: `${collection} ${JSON.stringify(where)}`,
    get deltaCount() {
      return deltaCount;
    },
    drain() {
      for (let event = stream.take(); event !== undefined; event = stream.take()) take(event);
    },
    isRight: () => isSameMap(copy, wanted()),
    show: () => ({ copy: [...copy], wanted: [...wanted()] }),
    look: () => undefined,
    close: () => stream.close(),
  };
}

/** A feed that is left and gone on with, now and then: it gives every change once. */
export function followFeed(history: FollowedHistory): Follower {
  const { db, collection, choices, moments } = history;
  const before: readonly ReferenceDocument[] = moments.at(moments.lastLsn) ?? [];
  const listen = (options: { readonly after?: ChangePosition } = {}) => {
    const listening = db.listen(collection, options);
    return history.isRemote ? new AskedStream(listening) : listening;
  };
  // What another process commits may be faster than the wish to hear of it.
  let feed = listen(history.isRemote ? { after: history.begin } : {});
  const copy = new Map<string, unknown>(before.map((each) => [String(each['id']), each]));
  let after: ChangePosition | undefined;
  let deltaCount = 0;
  const wanted = () =>
    new Map(moments.at(moments.lastLsn)?.map((each) => [String(each['id']), each]));
  return {
    kind: 'feed',
    description: `listen ${collection}`,
    watcherText: '',
    get deltaCount() {
      return deltaCount;
    },
    drain() {
      for (let event = feed.take(); event !== undefined; event = feed.take()) {
        if (event.changeType === 'Lagged') throw new Error('the log holds all of it');
        deltaCount += 1;
        if (!isSame(copy.get(event.id), event.old)) throw new Error(JSON.stringify(event));
        if (event.document === undefined) copy.delete(event.id);
        else copy.set(event.id, event.document);
        const { epoch, lsn, endsCommit } = event;
        if (!endsCommit || choices.random() < 0.7) continue;
        after = { epoch, lsn };
        feed.close();
        feed = listen({ after });
      }
    },
    isRight: () => isSameMap(copy, wanted()),
    show: () => ({ copy: [...copy], wanted: [...wanted()], after }),
    look: () => undefined,
    close: () => feed.close(),
  };
}

function isSameMap(
  left: ReadonlyMap<string, unknown>,
  right: ReadonlyMap<string, unknown>,
): boolean {
  return left.size === right.size && [...left].every(([id, each]) => isSame(each, right.get(id)));
}

/** Equal as JSON: the largest of two objects that differ in the order of their keys may be either. */
function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
    return false;
  }
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const theirs = new Map(entriesOf(right));
  const ours = entriesOf(left);
  return (
    ours.length === theirs.size &&
    ours.every(([key, value]) => theirs.has(key) && isSame(value, theirs.get(key)))
  );
}

function entriesOf(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, inner]) => inner !== undefined);
}
