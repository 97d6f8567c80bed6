/*
 * The engine against the reference evaluator: random schemas, documents, queries and mutations, in every configuration of
 * differential-world.ts. A query goes to one of the databases, in turn, and what it gives must be what the reference
 * makes of the same documents; a mutation goes to all of them.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { AuroraError, type JsonValue } from '#engine';
import type { BoundRoot } from '#engine/aql';
import { evaluateReferenceRoot } from '../../testing/reference-evaluator.ts';
import { referenceRoot } from '../../testing/reference-query.ts';
import { UnstatableSum } from '../../testing/reference-sum.ts';
import { type Read, type Step, stepsOf } from './differential-steps.ts';
import {
  DifferentialWorld,
  documentsOf,
  type JsonObject,
  schemas,
  type WorldDatabase,
  type WorldSchema,
  wideDocumentsOf,
} from './differential-world.ts';

interface Tally {
  queries: number;
  mutations: number;
  /** Queries that find no document, some and not all, and all. */
  none: number;
  some: number;
  all: number;
  /** Those of which a sum cannot be stated. */
  refused: number;
  readonly operators: Map<string, number>;
  readonly configurations: Map<string, number>;
}

const stepsPerWorld = 800;
/** As many as it takes for more different numbers than a column codes. */
const wideDocuments = 360;
/** Every so many worlds one has a database on disk. */
const diskEvery = 4;

/** @throws AssertionError with seed, configuration, plan and query where the engine gives something else */
export async function compareWorlds(options: {
  readonly steps: number;
  readonly seed: number;
  /** Where databases on disk are made. */
  readonly folder: string;
}): Promise<Tally> {
  const tally: Tally = {
    ...{ queries: 0, mutations: 0, none: 0, some: 0, all: 0, refused: 0 },
    operators: new Map(),
    configurations: new Map(),
  };
  for (let number = 0; tally.queries + tally.mutations < options.steps; number += 1) {
    const seed = options.seed + number;
    const folder = number % diskEvery === 0 ? join(options.folder, `world-${seed}`) : undefined;
    await compareWorld(seed, folder, tally);
  }
  return tally;
}

async function compareWorld(seed: number, folder: string | undefined, tally: Tally): Promise<void> {
  const [schema] = fc.sample(schemas, { seed, numRuns: 1 });
  if (schema === undefined) throw new Error('a sample has one schema');
  const world = await DifferentialWorld.open(schema, folder);
  try {
    const size = schema.isWide ? 80 : 30;
    if (schema.isWide) {
      await world.pass(fc.sample(wideDocumentsOf(schema), { seed, numRuns: wideDocuments }));
    }
    await world.insert(fc.sample(documentsOf(schema), { seed, numRuns: size }));
    const comparison = new Comparison({ world, schema, seed, tally });
    for (const step of fc.sample(stepsOf(schema), { seed, numRuns: stepsPerWorld })) {
      await comparison.take(step);
    }
  } finally {
    await world.close();
  }
}

interface ComparisonParts {
  readonly world: DifferentialWorld;
  readonly schema: WorldSchema;
  readonly seed: number;
  readonly tally: Tally;
}

class Comparison {
  readonly #parts: ComparisonParts;
  /** Texts of the reference are bound once. */
  readonly #roots = new Map<string, BoundRoot>();
  #turn = 0;

  constructor(parts: ComparisonParts) {
    this.#parts = parts;
  }

  get #world(): DifferentialWorld {
    return this.#parts.world;
  }

  async take(step: Step): Promise<void> {
    const { tally } = this.#parts;
    switch (step.kind) {
      case 'read':
        return this.#compare(this.#conditions(step), step.read);
      case 'insert':
        tally.mutations += 1;
        return this.#world.insert(step.documents);
      case 'update':
      case 'delete':
        tally.mutations += 1;
        return this.#write(step);
    }
  }

  async #write(step: Extract<Step, { kind: 'update' | 'delete' }>): Promise<void> {
    const found = this.#found(step.where);
    // The documents must stay enough for the queries that follow.
    if (step.kind === 'delete' && found.length > this.#world.documents.length / 4) return;
    const text =
      step.kind === 'delete'
        ? 'mutation($where: Object) { deleteFrom(collection: "c", where: $where) { id } }'
        : 'mutation($where: Object, $data: Object) { update(collection: "c", where: $where, data: $data) { id } }';
    const data = step.kind === 'update' ? { data: step.change } : {};
    for (const { name, db } of this.#world.databases) {
      const result = await db.execute(text, { variables: { where: step.where, ...data } });
      const written = Object.values(result.data).flatMap(idsOf).sort();
      this.#expectSame(written, [...found].sort(), { name, step });
    }
    this.#world.note(found, step.kind === 'update' ? step.change : undefined);
  }

  #conditions({ wheres, places }: Extract<Step, { kind: 'read' }>): readonly JsonObject[] {
    const { documents } = this.#world;
    if (places.length === 0) return wheres;
    const ids = places.flatMap((place) => documents[place % documents.length]?.id ?? []);
    return wheres.map((where) => ({ id: { in: ids }, and: [where] }));
  }

  async #compare(wheres: readonly JsonObject[], read: Read): Promise<void> {
    const { tally } = this.#parts;
    const where = this.#chosen(wheres);
    const text = this.#textOf(read);
    const order = read.kind === 'list' ? { order: read.orderBy } : {};
    const ask = ({ db }: WorldDatabase) => db.execute(text, { variables: { where, ...order } });
    const wanted = this.#wanted(text, where, read);
    const { databases } = this.#world;
    if (wanted === undefined) {
      // A sum that no number can say matters only in groups that are shown, which the reference does not look at: there
      // two databases are compared with each other.
      tally.refused += 1;
      const outcomes: unknown[] = [];
      for (const each of databases.slice(0, 2)) {
        outcomes.push(await ask(each).then(({ data }) => data, codeOf));
      }
      this.#expectSame(outcomes[1], outcomes[0], { where, read });
      return;
    }
    this.#turn += 1;
    const database = databases[this.#turn % databases.length];
    if (database === undefined) throw new Error('a world has databases');
    const { data, extensions } = await ask(database).catch((error: unknown) => {
      const about = JSON.stringify({
        ...{ seed: this.#parts.seed, name: database.name },
        where,
        read,
      });
      throw new Error(`${String(error)} ${about}`, { cause: error });
    });
    this.#note(database.name, extensions.plan);
    this.#expectSame(data['c'], wanted, {
      ...{ name: database.name, plan: extensions.plan, where, read },
    });
  }

  #chosen(wheres: readonly JsonObject[]): JsonObject {
    const { tally } = this.#parts;
    const { length } = this.#world.documents;
    let where: JsonObject = {};
    let count = 0;
    for (where of wheres) {
      count = this.#found(where).length;
      if (count > 0 && count < length) break;
    }
    tally.queries += 1;
    tally[count === 0 ? 'none' : count === length ? 'all' : 'some'] += 1;
    return where;
  }

  #expectSame(given: unknown, wanted: unknown, about: object): void {
    if (exactText(given) === exactText(wanted)) return;
    const { seed, schema } = this.#parts;
    const documents = this.#world.documents.length < 20 ? this.#world.documents : undefined;
    const message = JSON.stringify({ seed, ...about, schema, given, wanted, documents });
    deepStrictEqual(given, wanted, message);
  }

  #note(name: string, plan: readonly string[]): void {
    const { configurations, operators } = this.#parts.tally;
    configurations.set(name, (configurations.get(name) ?? 0) + 1);
    for (const [operator] of plan.join().matchAll(/[A-Z][A-Za-z]+/g)) {
      operators.set(operator, (operators.get(operator) ?? 0) + 1);
    }
  }

  #textOf(read: Read): string {
    const fields = this.#parts.schema.fields.join(' ');
    return read.kind === 'list'
      ? `query($where: Object, $order: Any) { c(where: $where, orderBy: $order${read.window}) { id ${fields} } }`
      : `query($where: Object) { c(where: $where) { ${read.parts} } }`;
  }

  /** Ids of the documents that satisfy a filter, as the reference says. */
  #found(where: JsonObject): readonly string[] {
    return idsOf(this.#evaluate('{ c { id } }', where, []));
  }

  #wanted(text: string, where: JsonObject, read: Read): JsonValue | undefined {
    const plain = text
      .replace(/\(\$where[^)]*\)/, '')
      .replace(', orderBy: $order', '')
      .replace('where: $where', 'where: {}');
    try {
      return this.#evaluate(plain, where, read.kind === 'list' ? read.orderBy : []);
    } catch (error) {
      if (error instanceof UnstatableSum) return undefined;
      throw error;
    }
  }

  #evaluate(text: string, where: JsonObject, orderBy: readonly JsonObject[]): JsonValue {
    const [first] = this.#world.databases;
    if (first === undefined) throw new Error('a world has databases');
    const known = this.#roots.get(text);
    const root = referenceRoot(text, first.db.catalog(), { where, orderBy }, known);
    if (known === undefined) this.#roots.set(text, root);
    return evaluateReferenceRoot(root, new Map([['c', this.#world.documents]]));
  }
}

/** JSON that tells apart what JSON writes as null; and minus zero from zero not, as JSON does not. */
function exactText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner,
  );
}

function idsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(({ id }) => String(id)) : [];
}

function codeOf(error: unknown): string {
  return error instanceof AuroraError ? error.code : String(error);
}
