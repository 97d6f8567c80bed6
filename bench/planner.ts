/*
 * How good the planner chooses: random queries over skewed data, each with the plan that is chosen and with those that are
 * chosen when rules are left out, which stand for the other ways. `npm run bench -- planner [--queries N] [--documents N]
 * [--seed N]` prints the median and the 95th percentile of the chosen plan's time over the best of all (target 1.5), and
 * the worst queries.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { Aurora, type Database } from '#engine';
import { median } from './storage/interleave.ts';
import { write } from './storage/report.ts';

const documentCountDefault = 50_000;
const runsPerQuery = 7;
/** Calls before it is measured: columns are filled once queries have paid for them. */
const warmRuns = 3;

const rules = ['column-scan', 'column-order', 'index-range', 'index-order'] as const;
type Rule = (typeof rules)[number];

/** Every choice of rules that is left out; the first leaves out none. */
const choices: readonly (readonly Rule[])[] = Array.from({ length: 2 ** rules.length }, (_, bits) =>
  rules.filter((_rule, at) => (bits >> at) % 2 === 1),
);

interface Candidate {
  readonly left: readonly Rule[];
  readonly db: Database;
}

interface Measured {
  readonly ratio: number;
  readonly chosen: string;
  readonly best: string;
  readonly text: string;
  readonly chosenMs: number;
  readonly bestMs: number;
}

export async function benchPlanner(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      queries: { type: 'string', default: '300' },
      documents: { type: 'string', default: String(documentCountDefault) },
      seed: { type: 'string', default: '1' },
    },
  });
  const documentCount = Number(values.documents);
  const random = createRandom(Number(values.seed));
  const candidates: Candidate[] = [];
  try {
    for (const left of choices) {
      const db = await Aurora.open({ store: 'memory', planner: { disabledRules: left } });
      candidates.push({ left, db });
      await fill(db, documentCount);
    }
    const measured: Measured[] = [];
    for (let nth = 0; nth < Number(values.queries); nth += 1) {
      measured.push(await measure(candidates, queryOf(random)));
    }
    report(measured, documentCount, values.seed);
  } finally {
    for (const { db } of candidates) await db.close();
  }
}

async function measure(candidates: readonly Candidate[], text: string): Promise<Measured> {
  const times = candidates.map((): number[] => []);
  const plans: string[] = [];
  let answer: unknown;
  for (let run = -warmRuns; run < runsPerQuery; run += 1) {
    for (const [at, { db }] of candidates.entries()) {
      const startedAt = performance.now();
      const { data, extensions } = await db.execute(text);
      if (run >= 0) times[at]?.push(performance.now() - startedAt);
      plans[at] = extensions.plan.join('; ');
      if (answer === undefined) answer = data;
      else if (run === 0) deepStrictEqual(data, answer, text);
    }
  }
  const medians = times.map(median);
  const bestMs = Math.min(...medians);
  const best = plans[medians.indexOf(bestMs)] ?? '';
  const chosen = plans[0] ?? '';
  // The same plan under other rules takes the same time but for chance.
  const chosenMs = Math.min(...medians.filter((_, at) => plans[at] === chosen));
  return { ratio: chosenMs / bestMs, chosen, best, text, chosenMs, bestMs };
}

async function fill(db: Database, documentCount: number): Promise<void> {
  await db.newCollection(
    'events',
    {
      kind: { type: 'String', indexed: true },
      user: { type: 'Int', indexed: true },
      amount: { type: 'Float', indexed: true },
      city: { type: 'String' },
      note: { type: 'String' },
      at: { type: 'DateTime', indexed: true },
    },
    { indexes: [{ fields: ['kind', 'amount'] }] },
  );
  const random = createRandom(42);
  for (let start = 0; start < documentCount; start += 1_000) {
    const length = Math.min(1_000, documentCount - start);
    await db.insertMany(
      'events',
      Array.from({ length }, (_, at) => ({
        // The same in every database, and ascending as ids of the engine do.
        id: `018f0000-0000-7000-8000-${(start + at).toString(16).padStart(12, '0')}`,
        kind: `kind ${skewed(random, 12)}`,
        user: skewed(random, 5_000),
        amount: Math.round(1_000 * random() ** 4),
        city: `city ${skewed(random, 300)}`,
        note: `note ${Math.floor(random() * 1e6).toString(36)} of something that is written`,
        at: new Date(1_700_000_000_000 + (start + at) * 60_000).toISOString(),
      })),
    );
  }
}

/** Small numbers come much more often than large ones. */
function skewed(random: () => number, count: number): number {
  return Math.floor(count * random() ** 3);
}

function queryOf(random: () => number): string {
  const pick = <Value>(list: readonly Value[]): Value | undefined =>
    list[Math.floor(random() * list.length)];
  const conditions = [
    () => `{ kind: { eq: "kind ${skewed(random, 12)}" } }`,
    () => `{ user: { eq: ${skewed(random, 5_000)} } }`,
    () => `{ user: { lt: ${skewed(random, 5_000)} } }`,
    () => `{ amount: { gte: ${Math.round(1_000 * random())} } }`,
    () => `{ city: { in: ["city ${skewed(random, 300)}", "city ${skewed(random, 300)}"] } }`,
    () => `{ note: { contains: "${Math.floor(random() * 1296).toString(36)}" } }`,
  ];
  const count = Math.floor(random() * 4);
  const where = Array.from({ length: count }, () => pick(conditions)?.() ?? '{}').join(', ');
  const order = pick([
    '',
    ', orderBy: { amount: DESC }',
    ', orderBy: { at: DESC }',
    ', orderBy: { user: ASC }',
    ', orderBy: [{ city: ASC }, { amount: DESC }]',
  ]);
  const limit = pick([', limit: 10', ', limit: 100', ', limit: 10, offset: 50']);
  return `{ events(where: { and: [${where}] }${order}${limit}) { id kind user amount } }`;
}

/** The same numbers for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function report(measured: readonly Measured[], documentCount: number, seed: string): void {
  const sorted = [...measured].sort((left, right) => left.ratio - right.ratio);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]?.ratio ?? 0;
  const figures = [at(0.5), at(0.95), at(1)].map((ratio) => ratio.toFixed(2));
  write(
    `\n${sorted.length} queries over ${documentCount} documents, seed ${seed}; time of the chosen plan over the best: median ${figures[0]}, p95 ${figures[1]}, worst ${figures[2]}\n`,
  );
  for (const each of sorted.slice(-8).reverse()) {
    write(
      `\n${each.ratio.toFixed(2)} (${each.chosenMs.toFixed(2)} against ${each.bestMs.toFixed(2)} ms)\n  ${each.text}\n  chosen ${each.chosen}\n  best   ${each.best}\n`,
    );
  }
}
