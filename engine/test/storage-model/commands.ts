/* What is done to a database and to its model, step by step; fast-check chooses the steps and shrinks them. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { AuroraError } from '#engine';
import type { Promised } from '../durability/modes.ts';
import {
  applied,
  type ModelChange,
  type ModelDocument,
  type ModelState,
  type StorageModel,
  stateText,
} from './model.ts';
import { otherPrefix, type RealDatabase, toModel } from './real-database.ts';

export type StorageCommand = fc.AsyncCommand<StorageModel, RealDatabase>;

const idOf = (number: number): string =>
  `018f0000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const id = fc.nat(11).map(idOf);
const color = fc.option(fc.constantFrom('red', 'blue', 'green'));
const document: fc.Arbitrary<ModelDocument> = fc
  .record({
    id,
    code: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e')),
    color,
    count: fc.nat(9),
    tags: fc.option(fc.subarray(['x', 'y', 'z'])),
    extra: fc.option(fc.nat(3), { nil: undefined }),
  })
  .map(({ extra, ...rest }) => (extra === undefined ? rest : { ...rest, extra }));
const change: fc.Arbitrary<ModelChange> = fc.oneof(
  document.map((inserted) => ({ kind: 'insert' as const, document: inserted })),
  fc.record({ kind: fc.constant('update' as const), id, color }),
  fc.record({ kind: fc.constant('increment' as const), id, by: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('delete' as const), id }),
);

/** All commands; `promised` is what a crash must leave. */
export function storageCommands(promised: Promised): fc.Arbitrary<StorageCommand>[] {
  return [
    change.map((one) => new Change(one)),
    fc.array(document, { minLength: 2, maxLength: 6 }).map((all) => new Bulk(all)),
    fc.record({ from: color, to: color }).map(({ from, to }) => new Recolor(from, to)),
    fc
      .record({ changes: fc.array(change, { minLength: 1, maxLength: 5 }), fails: fc.nat(3) })
      .map(({ changes, fails }) => new InTransaction(changes, fails === 0)),
    id.map((one) => new PointRead(one)),
    color.map((one) => new IndexedQuery(one)),
    fc.constant(new Scan()),
    fc.constantFrom(['count'], ['color', 'count']).map((fields) => new MakeIndex(fields)),
    fc.nat(2).map((number) => new DefineCollection(`${otherPrefix}${number}`)),
    fc.array(document, { minLength: 2, maxLength: 8 }).map((all) => new AtOnce(all)),
    fc.constant(new Checkpoint()),
    fc.constant(new Reopen()),
    fc.constant(new Crash(promised)),
    id.map((one) => new CrashWhileWriting(one, promised)),
  ];
}

/** Says whether a write was taken; refusals other than those that the model knows are errors. */
async function isTaken(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    if (error instanceof AuroraError && error.code === 'UniqueConstraintViolation') return false;
    throw error;
  }
}

function commitOrRefuse(
  model: StorageModel,
  changes: readonly ModelChange[],
  wasTaken: boolean,
): void {
  const next = applied(model.now, changes);
  expect(wasTaken ? 'taken' : 'refused').toBe(next === undefined ? 'refused' : 'taken');
  if (next !== undefined && wasTaken) model.commit(next);
}

function make(
  target: Pick<RealDatabase['db'], 'insertInto' | 'query'>,
  one: ModelChange,
): Promise<unknown> {
  if (one.kind === 'insert') return target.insertInto('things', { ...one.document });
  const query = target.query('things').filter((f) => f.eq('id', one.id));
  if (one.kind === 'delete') return query.delete();
  if (one.kind === 'update') return query.update({ color: one.color });
  return query.update({ count: { increment: one.by } });
}

abstract class Always {
  check(): boolean {
    return true;
  }
}

class Change extends Always implements StorageCommand {
  readonly #change: ModelChange;
  constructor(one: ModelChange) {
    super();
    this.#change = one;
  }
  async run(model: StorageModel, real: RealDatabase): Promise<void> {
    const wasTaken = await isTaken(() => make(real.db, this.#change));
    commitOrRefuse(model, [this.#change], wasTaken);
  }
  override toString(): string {
    return `change ${JSON.stringify(this.#change)}`;
  }
}

class Bulk extends Always implements StorageCommand {
  readonly #documents: readonly ModelDocument[];
  constructor(documents: readonly ModelDocument[]) {
    super();
    this.#documents = documents;
  }
  async run(model: StorageModel, real: RealDatabase): Promise<void> {
    const documents = this.#documents.map((each) => ({ ...each }));
    const wasTaken = await isTaken(() => real.db.insertMany('things', documents));
    const changes = this.#documents.map((each) => ({ kind: 'insert' as const, document: each }));
    commitOrRefuse(model, changes, wasTaken);
  }
  override toString(): string {
    return `bulk ${JSON.stringify(this.#documents)}`;
  }
}

/** An update of all documents that an index finds. */
class Recolor extends Always implements StorageCommand {
  readonly #from: string | null;
  readonly #to: string | null;
  constructor(from: string | null, to: string | null) {
    super();
    this.#from = from;
    this.#to = to;
  }
  async run(model: StorageModel, real: RealDatabase): Promise<void> {
    const query = real.db.query('things').filter((f) => f.eq('color', this.#from));
    const count = await query.update({ color: this.#to });
    const changes = [...model.now.values()]
      .filter((each) => each.color === this.#from)
      .map((each) => ({ kind: 'update' as const, id: each.id, color: this.#to }));
    expect(count).toBe(changes.length);
    if (count > 0) commitOrRefuse(model, changes, true);
  }
  override toString(): string {
    return `recolor ${this.#from} → ${this.#to}`;
  }
}

class InTransaction extends Always implements StorageCommand {
  readonly #changes: readonly ModelChange[];
  readonly #fails: boolean;
  constructor(changes: readonly ModelChange[], fails: boolean) {
    super();
    this.#changes = changes;
    this.#fails = fails;
  }
  async run(model: StorageModel, real: RealDatabase): Promise<void> {
    const intended = new Error('intended');
    let seen = '';
    const transaction = real.db.transaction(async (tx) => {
      for (const one of this.#changes) await make(tx, one);
      seen = stateText((await tx.query('things').collect()).map(toModel));
      if (this.#fails) throw intended;
    });
    const wasTaken = await isTaken(() =>
      transaction.catch((error: unknown) => {
        if (error !== intended) throw error;
      }),
    );
    const next = applied(model.now, this.#changes);
    expect(wasTaken ? 'taken' : 'refused').toBe(next === undefined ? 'refused' : 'taken');
    if (next === undefined) return;
    expect(seen).toBe(stateText(next.values()));
    if (!this.#fails) model.commit(next);
  }
  override toString(): string {
    return `transaction${this.#fails ? ' that fails' : ''} ${JSON.stringify(this.#changes)}`;
  }
}

class PointRead extends Always implements StorageCommand {
  readonly #id: string;
  constructor(one: string) {
    super();
    this.#id = one;
  }
  async run(model: StorageModel, real: RealDatabase): Promise<void> {
    const read = real.db.get('things', this.#id);
    const expected = model.now.get(this.#id);
    expect(read === undefined ? '' : stateText([toModel(read)])).toBe(
      expected === undefined ? '' : stateText([expected]),
    );
  }
  override toString(): string {
    return `get ${this.#id}`;
  }
}

class IndexedQuery extends Always implements StorageCommand {
  readonly #color: string | null;
  constructor(one: string | null) {
    super();
    this.#color = one;
  }
  async run(model: StorageModel, real: RealDatabase): Promise<void> {
    const query = real.db.query('things').filter((f) => f.eq('color', this.#color));
    const found = (await query.orderBy('count').collect()).map(toModel);
    const expected = [...model.now.values()].filter((each) => each.color === this.#color);
    expect(stateText(found)).toBe(stateText(expected));
    expect(await query.count()).toBe(expected.length);
    const tagged = await real.db
      .query('things')
      .filter((f) => f.contains('tags', 'x'))
      .count();
    const taggedInModel = [...model.now.values()].filter(({ tags }) => tags?.includes('x'));
    expect(tagged).toBe(taggedInModel.length);
  }
  override toString(): string {
    return `query color ${this.#color}`;
  }
}

class Scan extends Always implements StorageCommand {
  async run(model: StorageModel, real: RealDatabase): Promise<void> {
    expect(stateText(await real.documents())).toBe(stateText(model.now.values()));
    const [collection] = await real.db.collections();
    expect(collection?.documentCount).toBe(model.now.size);
  }
  override toString(): string {
    return 'scan';
  }
}

class MakeIndex implements StorageCommand {
  readonly #fields: readonly string[];
  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }
  check(model: Readonly<StorageModel>): boolean {
    return !model.indexes.has(this.#fields.join());
  }
  async run(model: StorageModel, real: RealDatabase): Promise<void> {
    await real.pipeline.schema.createIndex('things', { fields: this.#fields, unique: false });
    model.indexes.add(this.#fields.join());
  }
  toString(): string {
    return `index ${this.#fields.join()}`;
  }
}

class DefineCollection extends Always implements StorageCommand {
  readonly #name: string;
  constructor(name: string) {
    super();
    this.#name = name;
  }
  async run(model: StorageModel, real: RealDatabase): Promise<void> {
    await real.db.newCollection(this.#name, { n: { type: 'Int', indexed: true } });
    await real.db.insertInto(this.#name, { n: 1 });
    model.collections.add(this.#name);
  }
  override toString(): string {
    return `define ${this.#name}`;
  }
}

/** Inserts that are under way together: taken in the order in which they were called. */
class AtOnce extends Always implements StorageCommand {
  readonly #documents: readonly ModelDocument[];
  constructor(documents: readonly ModelDocument[]) {
    super();
    this.#documents = documents;
  }
  async run(model: StorageModel, real: RealDatabase): Promise<void> {
    const outcomes = await Promise.all(
      this.#documents.map((each) => isTaken(() => real.db.insertInto('things', { ...each }))),
    );
    for (const [index, inserted] of this.#documents.entries()) {
      const one = { kind: 'insert', document: inserted } as const;
      commitOrRefuse(model, [one], outcomes[index] === true);
    }
  }
  override toString(): string {
    return `at once ${JSON.stringify(this.#documents)}`;
  }
}

class Checkpoint extends Always implements StorageCommand {
  async run(_model: StorageModel, real: RealDatabase): Promise<void> {
    await real.pipeline.checkpoint();
  }
  override toString(): string {
    return 'checkpoint';
  }
}

class Reopen extends Always implements StorageCommand {
  async run(model: StorageModel, real: RealDatabase): Promise<void> {
    await real.reopen();
    expect(stateText(await real.documents())).toBe(stateText(model.now.values()));
    model.reopenedWith(model.now);
  }
  override toString(): string {
    return 'reopen';
  }
}

/** What is there after a crash must be the present state, or an earlier one where the mode allows that. */
async function compareAfterCrash(
  model: StorageModel,
  real: RealDatabase,
  allowed: readonly ModelState[],
): Promise<void> {
  const found = stateText(await real.documents());
  const state = allowed.find((each) => stateText(each.values()) === found);
  if (state === undefined) expect(found).toBe(stateText(allowed.at(-1)?.values() ?? []));
  expect((await real.db.verify()).problems).toEqual([]);
  model.reopenedWith(state ?? new Map());
  const names = (await real.db.collections()).map(({ definition }) => definition.name);
  expect([...model.collections].filter((name) => !names.includes(name))).toEqual([]);
}

class Crash extends Always implements StorageCommand {
  readonly #promised: Promised;
  constructor(promised: Promised) {
    super();
    this.#promised = promised;
  }
  async run(model: StorageModel, real: RealDatabase): Promise<void> {
    await real.crash();
    const states = this.#promised === 'everything' ? [model.now] : model.states;
    await compareAfterCrash(model, real, states);
  }
  override toString(): string {
    return 'crash';
  }
}

/** Increments are under way when it crashes: those that were acknowledged are there, the others may be. */
class CrashWhileWriting implements StorageCommand {
  readonly #id: string;
  readonly #promised: Promised;
  constructor(one: string, promised: Promised) {
    this.#id = one;
    this.#promised = promised;
  }
  check(model: Readonly<StorageModel>): boolean {
    return model.now.has(this.#id);
  }
  async run(model: StorageModel, real: RealDatabase): Promise<void> {
    const callerCount = 6;
    const before = model.now;
    let acknowledgedCount = 0;
    const target = real.db.query('things').filter((f) => f.eq('id', this.#id));
    const writing = Array.from({ length: callerCount }, async () => {
      await target.update({ count: { increment: 1 } });
      acknowledgedCount += 1;
    });
    await Promise.race(writing);
    const acknowledgedBefore = acknowledgedCount;
    const crashed = real.crash();
    await Promise.allSettled(writing);
    await crashed;
    const steps: ModelState[] = [before];
    for (let count = 0; count < callerCount; count += 1) {
      const next = applied(steps.at(-1) ?? before, [{ kind: 'increment', id: this.#id, by: 1 }]);
      if (next !== undefined) steps.push(next);
    }
    const earlier = this.#promised === 'everything' ? [] : model.states;
    const kept = this.#promised === 'everything' ? steps.slice(acknowledgedBefore) : steps;
    await compareAfterCrash(model, real, [...earlier, ...kept]);
  }
  toString(): string {
    return `crash while six callers increment ${this.#id}`;
  }
}
