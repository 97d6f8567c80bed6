/*
 * Databases that must give the same: one schema and the same documents, with and without indexes and columns, with each
 * rule of the planner left out and with all of them, in memory and on disk. What the documents are is kept beside them
 * as plain data, for the reference evaluator.
 */
import fc from 'fast-check';
import { Aurora, type AuroraOptions, type Database, type JsonValue } from '#engine';
import type { CollectionSpec } from '../../fluent/collection-spec.ts';
import { plannerRules } from '../../plan/logical-query.ts';
import { documents, everyFieldName, everyType } from '../../testing/arbitraries.ts';
import type { ReferenceDocument } from '../../testing/reference-evaluator.ts';

export type JsonObject = { readonly [key: string]: JsonValue };

interface Configuration {
  readonly name: string;
  readonly options: AuroraOptions;
  readonly isIndexed: boolean;
}

/** A collection of chance. */
export interface WorldSchema {
  readonly fields: readonly string[];
  readonly indexed: readonly string[];
  readonly compound: readonly { readonly fields: readonly string[] }[];
  /** Ids in any order, so that row order is not id order. */
  readonly hasOwnIds: boolean;
  readonly isWide: boolean;
}

const compounds = [
  { fields: ['n', 's'] },
  { fields: ['b', 'x', 'd'] },
  { fields: ['o.city', 'n'] },
  { fields: ['s', 'x'] },
];

export const schemas: fc.Arbitrary<WorldSchema> = fc
  .record({
    fields: fc.subarray(everyFieldName, { minLength: 4 }),
    isIndexed: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
    compound: fc.subarray(compounds),
    hasOwnIds: fc.boolean(),
    isWide: fc.constantFrom(true, false, false),
  })
  .map(({ fields, isIndexed, compound, hasOwnIds, isWide }) => ({
    fields,
    indexed: fields.filter((name, at) => name !== 'o' && isIndexed[at] !== false),
    compound: compound.filter((index) =>
      index.fields.every((path) => fields.includes(path.split('.')[0] ?? '')),
    ),
    hasOwnIds,
    isWide,
  }));

/** Documents with more different numbers than a column codes. */
const wide: fc.Arbitrary<JsonObject> = fc.record({
  n: fc.option(fc.integer({ min: -(2 ** 40), max: 2 ** 40 })),
  x: fc.option(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((n) => n / 7)),
  s: fc.option(fc.string({ unit: 'binary', maxLength: 6 })),
  b: fc.option(fc.boolean()),
});

/** Documents that make columns of plain numbers, whatever comes after them. */
export function wideDocumentsOf(schema: WorldSchema): fc.Arbitrary<JsonObject> {
  return wide.map((document) => fieldsOf(schema, document));
}

export function documentsOf(schema: WorldSchema): fc.Arbitrary<JsonObject> {
  return (schema.isWide ? fc.oneof(documents, wide) : documents).map((document) =>
    fieldsOf(schema, document),
  );
}

function fieldsOf({ fields }: WorldSchema, document: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(document).filter(([name]) => fields.includes(name)));
}

/** Values that updates set: such as are stored as they are given. */
export function changesOf({ fields }: WorldSchema): fc.Arbitrary<JsonObject> {
  const given: { readonly [name: string]: fc.Arbitrary<JsonValue> } = {
    n: fc.constantFrom(0, 1, 7, null),
    x: fc.constantFrom(0.5, -3, null),
    s: fc.constantFrom('a', 'new', '😀', null),
    b: fc.constantFrom(true, false, null),
    t: fc.constantFrom<JsonValue>([], ['a', 'new'], null),
    y: fc.constantFrom<JsonValue>(1, 'a', [1], null),
  };
  const known = Object.entries(given).filter(([name]) => fields.includes(name));
  return fc.subarray(known).chain((some) => fc.record(Object.fromEntries(some)));
}

function configurationsOf(folder: string | undefined): readonly Configuration[] {
  const memory = { store: 'memory' } as const;
  const columnRowsMin = 0;
  const ruleless = [...plannerRules];
  return [
    { name: 'plain', options: { ...memory, coldCacheCapacityMb: 0 }, isIndexed: false },
    { name: 'columns', options: { ...memory, planner: { columnRowsMin } }, isIndexed: false },
    { name: 'indexes', options: { ...memory, coldCacheCapacityMb: 0 }, isIndexed: true },
    { name: 'everything', options: { ...memory, planner: { columnRowsMin } }, isIndexed: true },
    {
      name: 'soon given up',
      options: { ...memory, coldCacheCapacityMb: 0, planner: { retreatRowsMax: 4 } },
      isIndexed: true,
    },
    {
      name: 'no rule',
      options: { ...memory, planner: { columnRowsMin, disabledRules: ruleless } },
      isIndexed: true,
    },
    ...plannerRules.map((rule) => ({
      name: `without ${rule}`,
      options: { ...memory, planner: { columnRowsMin, disabledRules: [rule] } },
      isIndexed: true,
    })),
    ...(folder === undefined
      ? []
      : [
          {
            name: 'disk',
            options: {
              dbPath: folder,
              durabilityMode: 'None',
              planner: { columnRowsMin },
            } as const,
            isIndexed: true,
          },
        ]),
  ];
}

/** One of the databases. */
export interface WorldDatabase {
  readonly name: string;
  readonly db: Database;
}

export class DifferentialWorld {
  readonly databases: readonly WorldDatabase[];
  readonly #hasOwnIds: boolean;
  readonly #documents = new Map<string, ReferenceDocument>();
  #idCount = 0;

  /** With a folder one of the databases is on disk. */
  static async open(schema: WorldSchema, folder: string | undefined): Promise<DifferentialWorld> {
    const databases: WorldDatabase[] = [];
    for (const { name, options, isIndexed } of configurationsOf(folder)) {
      const db = await Aurora.open(options);
      databases.push({ name, db });
      const spec: CollectionSpec = Object.fromEntries(
        schema.fields.flatMap((field) => {
          const type = everyType[field];
          if (type === undefined) return [];
          return [[field, { ...type, indexed: isIndexed && schema.indexed.includes(field) }]];
        }),
      );
      await db.newCollection('c', spec, isIndexed ? { indexes: schema.compound } : {});
    }
    return new DifferentialWorld(databases, schema.hasOwnIds);
  }

  private constructor(databases: readonly WorldDatabase[], hasOwnIds: boolean) {
    this.databases = databases;
    this.#hasOwnIds = hasOwnIds;
  }

  /** The documents as they must be, in JSON form. */
  get documents(): readonly ReferenceDocument[] {
    return [...this.#documents.values()];
  }

  /** Inserts everywhere; what is stored is noted as the first database gives it. */
  async insert(given: readonly JsonObject[]): Promise<void> {
    const inserts = given.map((document) => ({ ...document, id: this.#nextId() }));
    for (const { db } of this.databases) await db.insertMany('c', inserts);
    const [first] = this.databases;
    for (const { id } of inserts) {
      const stored = JSON.stringify(first?.db.get('c', id));
      // What the engine gives of a collection is JSON with an id.
      this.#documents.set(id, JSON.parse(stored) as ReferenceDocument);
    }
  }

  /** Lets columns see documents that are deleted again: what a column learns of its values it keeps. */
  async pass(given: readonly JsonObject[]): Promise<void> {
    const inserts = given.map((document) => ({ ...document, id: this.#nextId() }));
    const [one] = inserts;
    const names = Object.keys(one ?? {}).filter((name) => name !== 'id');
    const measures = names.map((name, at) => `m${at}: countDistinct(field: "${name}")`).join(' ');
    for (const { db } of this.databases) {
      await db.insertMany('c', inserts);
      if (names.length > 0) await db.execute(`{ c { aggregate { ${measures} } } }`);
      const ids = inserts.map(({ id }) => id);
      await db
        .query('c')
        .filter(() => ({ where: { id: { in: ids } } }))
        .delete();
    }
  }

  /** Notes what a write must have made of the documents that it found. */
  note(found: readonly string[], change: JsonObject | undefined): void {
    for (const id of found) {
      const before = this.#documents.get(id);
      if (before === undefined) continue;
      if (change === undefined) this.#documents.delete(id);
      else this.#documents.set(id, { ...before, ...change });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.databases.map(({ db }) => db.close()));
  }

  #nextId(): string {
    this.#idCount += 1;
    const number = this.#idCount.toString(16).padStart(12, '0');
    if (!this.#hasOwnIds) return `018f0000-0000-7000-8000-${number}`;
    // A multiplication that reaches every number once mixes the order.
    const mixed = ((this.#idCount * 0x9e3779b1) % 2 ** 32).toString(16).padStart(8, '0');
    return `${mixed}-0000-4000-8000-${number}`;
  }
}
