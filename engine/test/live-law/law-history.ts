/* Some commits, four who follow them, each with a history of its own, and what they must have been told at each commit. */
import type { Database } from '#engine';
import type { ReferenceDocument } from '../../testing/reference-evaluator.ts';
import type { Choices } from './law-choices.ts';
import {
  type FollowedHistory,
  type Follower,
  followFeed,
  followQuery,
  followWatch,
} from './law-followers.ts';
import type { Life } from './law-life.ts';
import { Moments } from './law-moments.ts';
import { changeSomething } from './law-steps.ts';
import type { LawTally } from './law-tally.ts';

const commitCount = 4;
const patienceMs = 30_000;
/** However long the process was not given its turn. */
const looksMin = 1_000;

/** Gives how many histories there were. */
export async function runHistories(life: Life, choices: Choices, tally: LawTally): Promise<number> {
  const { random } = choices;
  const collection = random() < 0.5 ? 'plain' : 'indexed';
  const moments = new Moments();
  let all = await note(life.owner, collection, moments);
  const isRemote = life.kind === 'guest';
  const begin = await life.owner.position();
  const history = { db: life.follower, collection, moments, choices, isRemote, begin };
  const followers = followersOf(history, life);
  // Some follow from the first moment on, for others commits come while they begin.
  if (random() < 0.5) for (const follower of followers) await settle(follower);
  let isBulk = false;
  let hasReconnected = false;
  for (let count = 0; count < commitCount; count += 1) {
    if (await changeSomething(life.owner, collection, all, choices)) isBulk = true;
    all = await note(life.owner, collection, moments);
    for (const follower of followers) if (random() < 0.7) follower.drain();
    if (life.canReconnect && random() < 0.02) {
      await life.reconnect();
      hasReconnected = true;
    }
  }
  for (const follower of followers) await settle(follower);
  const reruns = await rerunsIn(life.owner);
  for (const follower of followers) {
    const isWindow = follower.kind === 'windows' || follower.kind === 'watch with limit';
    const kind = `${follower.kind}${isWindow && isBulk ? ', many rows leave at once' : ''}`;
    tally.add(kind, {
      deltas: follower.deltaCount,
      reruns: reruns.get(follower.watcherText) ?? 0,
    });
    follower.close();
  }
  tally.count(life.kind, { hasReconnected, histories: followers.length });
  return followers.length;
}

function followersOf(history: FollowedHistory, life: Life): readonly Follower[] {
  const queries = [followQuery(history), followQuery(history), followQuery(history)];
  // Only what has a log can be gone on with.
  const isFeed = life.kind !== 'memory' && history.choices.random() < 0.5;
  return [...queries, isFeed ? followFeed(history) : followWatch(history)];
}

async function note(
  db: Database,
  collection: string,
  moments: Moments,
): Promise<readonly ReferenceDocument[]> {
  const { lsn } = await db.position();
  const known = moments.at(lsn);
  if (known !== undefined) return known;
  const documents = (await db.query(collection).collect()) as ReferenceDocument[];
  moments.add(lsn, documents);
  return documents;
}

async function rerunsIn(db: Database): Promise<ReadonlyMap<string, number>> {
  const watchers = await db.execute('{ _watchers { query reruns } }');
  const documents = watchers.kind === 'query' ? (watchers.documents ?? []) : [];
  return new Map(documents.map(({ data }) => [String(data['query']), Number(data['reruns'])]));
}

async function settle(follower: Follower): Promise<void> {
  const startedAt = performance.now();
  const isPatient = (look: number): boolean =>
    look < looksMin || performance.now() - startedAt < patienceMs;
  for (let look = 0; isPatient(look); look += 1) {
    follower.drain();
    if (follower.isRight()) return;
    if (look > 20) follower.look();
    await new Promise((resolve) => (look < 20 ? setImmediate(resolve) : setTimeout(resolve, 1)));
  }
  throw new Error(`${follower.description}\n${JSON.stringify(follower.show(), null, 1)}`);
}
