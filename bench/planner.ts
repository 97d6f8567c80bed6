/*
 * How good the planner chooses: random queries over skewed data, each with the plan that is chosen and with those that are
 * chosen when rules are left out, which stand for the other ways. `npm run bench -- planner [--queries N] [--documents N]
 * [--seed N] [--seconds N] [--worst N]` prints the median and the 95th percentile of the chosen plan's time over the best
 * of all (target 1.5), and the worst queries. All ways run in one database, since where texts happen to lie in memory alone
 * makes a factor of two. Other work on the machine only ever adds, and not the same to both: where the chosen way looks
 * worse than another, both are run on, one after the other, before that is believed.
 */
import { deepStrictEqual, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Aurora, type Database } from '#engine';
import { write } from './storage/report.ts';

const documentCountDefault = 50_000;
const runsPerQuery = 7;
/** Further runs of the chosen way and the best, while the chosen one takes more than so many times the best. */
const runsInDoubt = 24;
const doubtful = 1.1;
/** A way that takes so many times the best in its first two runs is not run more often. */
const hopeless = 4;
/** Calls before it is measured: columns are filled once queries have paid for them. */
const warmRuns = 2;

const rules = ['column-scan', 'column-order', 'index-range', 'index-order'] as const;
type Rule = (typeof rules)[number];

/** Rules that are left out, for the ways that a query can go; the first leaves out none. */
const choices: readonly (readonly Rule[])[] = [
  [],
  ...rules.map((rule) => [rule]),
  ['column-scan', 'column-order'],
  ['index-range', 'index-order'],
  rules,
];

interface Way {
  readonly choice: number;
  readonly plan: string;
  readonly times: number[];
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
      seconds: { type: 'string', default: '600' },
      worst: { type: 'string', default: '8' },
    },
  });
  const documentCount = Number(values.documents);
  const random = createRandom(Number(values.seed));
  const folder = mkdtempSync(join(tmpdir(), 'aurora-bench-planner-'));
  const contender = await openContender(join(folder, 'db'));
  try {
    await fill(contender.db, documentCount);
    const measured: Measured[] = [];
    const endsAt = performance.now() + 1_000 * Number(values.seconds);
    for (let nth = 0; nth < Number(values.queries) && performance.now() < endsAt; nth += 1) {
      measured.push(await measure(contender, queryOf(random)));
    }
    report(measured, { documentCount, seed: values.seed, worst: Number(values.worst) });
  } finally {
    await contender.db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Contender {
  readonly db: Database;
  /** Runs a query with the rules of a choice left out. */
  run(text: string, choice: number): ReturnType<Database['execute']>;
}

async function openContender(dbPath: string): Promise<Contender> {
  // Read whenever a plan is made, so that it can be another for each run.
  const disabledRules: Rule[] = [];
  const db = await Aurora.open({ dbPath, planner: { disabledRules } });
  return {
    db,
    run(text, choice) {
      disabledRules.splice(0, disabledRules.length, ...(choices[choice] ?? []));
      // What is kept for a text is kept for each choice by itself.
      return db.execute(`${text}${' '.repeat(choice)}`);
    },
  };
}

async function measure(contender: Contender, text: string): Promise<Measured> {
  const plans: string[] = [];
  let answer: unknown;
  for (let choice = 0; choice < choices.length; choice += 1) {
    for (let run = 0; run < warmRuns; run += 1) {
      const { data, extensions } = await contender.run(text, choice);
      plans[choice] = extensions.plan.join('; ');
      if (answer === undefined) answer = data;
      else if (run === 0) deepStrictEqual(data, answer, text);
    }
  }
  // The same plan under other rules takes the same time but for chance.
  const ways = plans
    .map((plan, choice): Way => ({ choice, plan, times: [] }))
    .filter(({ plan }, choice) => plans.indexOf(plan) === choice);
  const time = async ({ choice, times }: Way): Promise<void> => {
    const startedAt = performance.now();
    await contender.run(text, choice);
    times.push(performance.now() - startedAt);
  };
  for (let run = 0; run < runsPerQuery; run += 1) {
    const least = Math.min(...ways.map(({ times }) => Math.min(...times)));
    for (const way of ways) {
      const isHopeless = run >= 2 && Math.min(...way.times) > hopeless * least;
      if (way.choice === 0 || !isHopeless) await time(way);
    }
  }
  for (let run = 0; run < runsInDoubt; run += 1) {
    const { chosen, best } = outcomeOf(ways);
    if (chosen.ms <= doubtful * best.ms) break;
    for (const { way } of [chosen, best]) await time(way);
  }
  const { chosen, best } = outcomeOf(ways);
  return {
    ratio: chosen.ms / best.ms,
    chosen: chosen.way.plan,
    best: best.way.plan,
    text,
    chosenMs: chosen.ms,
    bestMs: best.ms,
  };
}

/** The first way and the best, by the least of their runs. */
function outcomeOf(ways: readonly Way[]) {
  const all = ways.map((way) => ({ way, ms: Math.min(...way.times) }));
  const [chosen] = all;
  ok(chosen !== undefined, 'the chosen way is one of them');
  const best = all.reduce((left, right) => (right.ms < left.ms ? right : left), chosen);
  return { chosen, best };
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

function report(
  measured: readonly Measured[],
  {
    documentCount,
    seed,
    worst,
  }: { readonly documentCount: number; readonly seed: string; readonly worst: number },
): void {
  const sorted = [...measured].sort((left, right) => left.ratio - right.ratio);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]?.ratio ?? 0;
  const figures = [at(0.5), at(0.95), at(1)].map((ratio) => ratio.toFixed(2));
  write(
    `\n${sorted.length} queries over ${documentCount} documents, seed ${seed}; time of the chosen plan over the best: median ${figures[0]}, p95 ${figures[1]}, worst ${figures[2]}\n`,
  );
  for (const each of sorted.slice(-worst).reverse()) {
    write(
      `\n${each.ratio.toFixed(2)} (${each.chosenMs.toFixed(2)} against ${each.bestMs.toFixed(2)} ms)\n  ${each.text}\n  chosen ${each.chosen}\n  best   ${each.best}\n`,
    );
  }
}
