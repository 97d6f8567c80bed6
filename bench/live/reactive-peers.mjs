/*
 * Reactive databases behind one small interface: documents `{ id, owner, n }`, watchers of `owner == value`, and updates
 * of `n`. All of them in memory, as their documentation sets them up. JavaScript, so that their many types stay theirs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'live-peers');
const resolver = createRequire(join(folder, 'package.json'));

/** Installs what is missing; false when that is not possible. */
export function installPeers() {
  if (existsSync(join(folder, 'node_modules', 'rxdb'))) return true;
  const npm = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  return spawnSync('npm', npm, { cwd: folder, stdio: 'ignore' }).status === 0;
}

/** Node requires modules of either kind; both forms of a package must not be mixed. */
function load(name) {
  return resolver(name);
}

export const reactivePeers = [
  {
    name: 'TanStack DB',
    watchersMax: 1_000,
    async open(documents) {
      const {
        BasicIndex,
        createCollection,
        createLiveQueryCollection,
        eq,
        localOnlyCollectionOptions,
      } = load('@tanstack/db');
      const all = createCollection(
        localOnlyCollectionOptions({ id: 'docs', getKey: ({ id }) => id, initialData: documents }),
      );
      await all.preload();
      // As it suggests itself.
      all.createIndex(({ owner }) => owner, { indexType: BasicIndex });
      const lives = [];
      return {
        async watch(owner, onChange) {
          const live = createLiveQueryCollection((q) => {
            const from = q.from({ doc: all });
            return owner === undefined ? from : from.where(({ doc }) => eq(doc.owner, owner));
          });
          lives.push(live);
          await live.preload();
          live.subscribeChanges((changes) => onChange(changes[0]?.value.n));
          return () => live.size;
        },
        update(id, n) {
          all.update(id, (draft) => {
            draft.n = n;
          });
        },
        async close() {
          await Promise.all(lives.map((live) => live.cleanup()));
          await all.cleanup();
        },
      };
    },
  },
  {
    name: 'RxDB',
    watchersMax: 1_000,
    async open(documents) {
      const { createRxDatabase } = load('rxdb');
      const { getRxStorageMemory } = load('rxdb/plugins/storage-memory');
      const db = await createRxDatabase({
        name: `bench${Math.random()}`,
        storage: getRxStorageMemory(),
        multiInstance: false,
        eventReduce: true,
      });
      const { docs } = await db.addCollections({
        docs: {
          schema: {
            version: 0,
            primaryKey: 'id',
            type: 'object',
            properties: {
              id: { type: 'string', maxLength: 40 },
              owner: { type: 'string', maxLength: 40 },
              n: { type: 'number' },
            },
            required: ['id', 'owner', 'n'],
            indexes: ['owner'],
          },
        },
      });
      await docs.bulkInsert(documents.map((document) => ({ ...document })));
      return {
        async watch(owner, onChange) {
          let size = 0;
          let resolveFirst;
          const first = new Promise((resolve) => {
            resolveFirst = resolve;
          });
          const selector = owner === undefined ? {} : { owner };
          docs.find({ selector }).$.subscribe((rows) => {
            size = rows.length;
            resolveFirst();
            onChange(rows.latest ?? rows[0]?.n);
          });
          await first;
          return () => size;
        },
        async update(id, n) {
          const document = await docs.findOne(id).exec();
          await document.incrementalPatch({ n });
        },
        close: () => db.close(),
      };
    },
  },
  {
    name: 'TinyBase',
    watchersMax: 1_000,
    async open(documents) {
      const { createStore, createQueries } = load('tinybase');
      const store = createStore();
      store.setTable('docs', Object.fromEntries(documents.map(({ id, ...row }) => [id, row])));
      const queries = createQueries(store);
      let count = 0;
      return {
        async watch(owner, onChange) {
          count += 1;
          const id = `q${count}`;
          queries.setQueryDefinition(id, 'docs', ({ select, where }) => {
            select('n');
            if (owner !== undefined) where('owner', owner);
          });
          queries.addResultCellListener(id, null, 'n', (_queries, _table, _row, _cell, now) =>
            onChange(now),
          );
          return () => queries.getResultRowCount(id);
        },
        update(id, n) {
          store.setCell('docs', id, 'n', n);
        },
        async close() {
          queries.destroy();
        },
      };
    },
  },
  {
    name: 'LokiJS',
    watchersMax: 10_000,
    async open(documents) {
      const Loki = load('lokijs');
      const docs = new Loki('bench.db').addCollection('docs', {
        unique: ['id'],
        indices: ['owner'],
      });
      docs.insert(documents.map((document) => ({ ...document })));
      let matching;
      let tell;
      let count = 0;
      return {
        async watch(owner, onChange) {
          count += 1;
          const view = docs.addDynamicView(`v${count}`);
          view.applyFind(owner === undefined ? {} : { owner });
          view.data();
          if (count === 1) {
            matching = view;
            tell = onChange;
          }
          return () => view.data().length;
        },
        update(id, n) {
          const document = docs.by('id', id);
          document.n = n;
          docs.update(document);
          // Views are up to date when the update returns; their events are delayed on purpose.
          tell(matching.data().length === 0 ? undefined : n);
        },
        async close() {},
      };
    },
  },
  {
    name: 'SignalDB',
    watchersMax: 1_000,
    async open(documents) {
      const { default: Collection } = load('@signaldb/core').Collection;
      const docs = new Collection();
      docs.batch(() => {
        for (const document of documents) docs.insert({ ...document });
      });
      return {
        async watch(owner, onChange) {
          const cursor = docs.find(owner === undefined ? {} : { owner });
          cursor.observeChanges({ changed: (item) => onChange(item.n), added: () => undefined });
          return () => cursor.count();
        },
        update(id, n) {
          docs.updateOne({ id }, { $set: { n } });
        },
        async close() {},
      };
    },
  },
  {
    name: 'PGlite',
    watchersMax: 100,
    async open(documents) {
      const { PGlite } = load('@electric-sql/pglite');
      const { live } = load('@electric-sql/pglite/live');
      const pg = await PGlite.create({ extensions: { live } });
      await pg.exec('CREATE TABLE docs (id text PRIMARY KEY, owner text, n int)');
      for (let at = 0; at < documents.length; at += 1_000) {
        const rows = documents.slice(at, at + 1_000);
        const values = rows.map((_, row) => `($${row * 3 + 1}, $${row * 3 + 2}, $${row * 3 + 3})`);
        await pg.query(
          `INSERT INTO docs VALUES ${values.join()}`,
          rows.flatMap(({ id, owner, n }) => [id, owner, n]),
        );
      }
      return {
        async watch(owner, onChange) {
          let size = 0;
          const where = owner === undefined ? '' : 'WHERE owner = $1';
          const given = owner === undefined ? [] : [owner];
          await pg.live.query(`SELECT * FROM docs ${where} ORDER BY id`, given, ({ rows }) => {
            size = rows.length;
            onChange(rows[0]?.n);
          });
          return () => size;
        },
        update: (id, n) => pg.query('UPDATE docs SET n = $2 WHERE id = $1', [id, n]),
        close: () => pg.close(),
      };
    },
  },
];
