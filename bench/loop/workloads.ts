import type { Database } from '#engine';

const filePieceBytes = 65_536;

export const workloadNames = [
  'scan, number and substring',
  'scan, regular expression',
  'sort everything, unindexed',
  'top 10, unindexed',
  'group by city and role',
  'build and drop an index',
  'import',
];

/** What is run over so many documents, by its name. */
export function workloads(
  db: Database,
  documentCount: number,
): Record<string, () => Promise<unknown>> {
  let file: readonly Uint8Array[] | undefined;
  return {
    'scan, number and substring': () => count(db, scanFilter),
    'scan, regular expression': () => count(db, { bio: { matches: 'never [x-z]+ there' } }),
    'sort everything, unindexed': () => pull(db),
    'top 10, unindexed': () => db.query('users').orderBy('score', 'desc').limit(10).collect(),
    'group by city and role': () =>
      db.execute(
        'query { users { groupBy(fields: ["city", "role"]) { key count aggregate { avg(field: "score") } } } }',
      ),
    'build and drop an index': () => buildIndex(db),
    import: () => {
      file ??= linesOf(documentCount / 10);
      return importCopies(db, file);
    },
  };
}

type Where = Parameters<typeof count>[1];

const scanFilter: Where = { score: { gt: 0.9 }, bio: { contains: 'xyz' } };

const fields = {
  name: { type: 'String' },
  email: { type: 'String' },
  city: { type: 'String' },
  role: { type: 'String' },
  age: { type: 'Int' },
  score: { type: 'Float' },
  active: { type: 'Boolean' },
  tags: { type: ['String'] },
  bio: { type: 'String' },
  joined: { type: 'DateTime' },
} as const;

/** Puts so many documents into the database. */
export async function fill(db: Database, documentCount: number): Promise<void> {
  await db.newCollection('users', fields);
  for (let start = 0; start < documentCount; start += 1_000) {
    await db.insertMany(
      'users',
      Array.from({ length: 1_000 }, (_, at) => userOf(start + at)),
    );
  }
}

function userOf(n: number) {
  const mixed = (n * 2_654_435_761) % 4_294_967_296;
  return {
    name: `User ${n}`,
    email: `user${n}@example.com`,
    city: `City ${mixed % 200}`,
    role: ['admin', 'editor', 'viewer'][mixed % 3] ?? 'viewer',
    age: 18 + (mixed % 60),
    score: mixed / 4_294_967_296,
    active: mixed % 2 === 0,
    tags: [`tag${mixed % 7}`, `tag${mixed % 11}`],
    bio: `${mixed.toString(36)} writes about ${(mixed * 7).toString(36)} and more of the same`,
    joined: new Date(1_500_000_000_000 + n * 60_000).toISOString(),
  };
}

function count(db: Database, where: { readonly [field: string]: object | number | string }) {
  const json = JSON.parse(JSON.stringify(where));
  return db
    .query('users')
    .filter(() => ({ where: json }))
    .collect();
}

async function pull(db: Database): Promise<void> {
  const run = db.run('query { users(orderBy: { bio: DESC }) { id bio score } }');
  for (;;) {
    const { parts, done } = await run.next(500);
    for (const part of parts) if (part.kind === 'failed') throw part.error;
    if (done) return;
  }
}

async function buildIndex(db: Database): Promise<void> {
  await db.execute('schema { alter collection users { add index (city, score) } }');
  await db.execute('schema { alter collection users { drop index (city, score) } }');
}

/** A tenth of the documents, so that the rounds take no longer than the other workloads. */
async function importCopies(db: Database, file: readonly Uint8Array[]): Promise<void> {
  await db.newCollection('copies', fields);
  async function* pieces() {
    yield* file;
  }
  await db.importInto('copies', { stream: pieces() }, { format: 'ndjson' });
  await db.execute('schema { drop collection copies }');
}

/** As Node reads a file, and made before: texts made in between would be held against the engine. */
function linesOf(documentCount: number): readonly Uint8Array[] {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let text = '';
  for (let n = 0; n < documentCount; n += 1) {
    text += `${JSON.stringify(userOf(n))}\n`;
    if (text.length < filePieceBytes && n < documentCount - 1) continue;
    pieces.push(encoder.encode(text));
    text = '';
  }
  return pieces;
}
