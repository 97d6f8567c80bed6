/*
 * The law of live queries across the death of an owner: what a guest follows is, once it has taken over, what the
 * reference makes of the documents that are there, and stays so. `npm run test:long -- live-kill` has more rounds.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Aurora } from '../../aurora.ts';
import type { Database } from '../../database.ts';
import { AuroraError } from '../../errors.ts';
import type { ReferenceDocument } from '../../testing/reference-evaluator.ts';
import { SharingChild } from '../sharing-child.ts';
import { type Choices, choicesFrom } from './law-choices.ts';
import { type Follower, followFeed, followQuery, followWatch } from './law-followers.ts';
import { Moments } from './law-moments.ts';
import { changeSomething } from './law-steps.ts';

const program = fileURLToPath(new URL('./changing-program.ts', import.meta.url));
const rounds = Number(process.env['LIVE_KILL_ROUNDS'] ?? 2);
const seed = Number(process.env['LIVE_KILL_SEED'] ?? Date.now() % 1_000_000);
const followedQueries = 12;
const commitsAfter = 5;

let folder = '';
let child: SharingChild | undefined;
let guest: Database | undefined;

afterEach(async () => {
  await child?.kill();
  await guest?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('what a guest follows', () => {
  it(
    `is right after its owner was killed while it changed things (${rounds} rounds, seed ${seed})`,
    async () => {
      folder = mkdtempSync(join(tmpdir(), 'aurora-live-kill-'));
      const dbPath = join(folder, 'live.db');
      const choices = choicesFrom(seed);
      let [deltaCount, sumCount] = [0, 0];
      for (let round = 0; round < rounds; round += 1) {
        const owner = new SharingChild(dbPath, { program });
        child = owner;
        await owner.until(() => owner.last('is owner') > 0);
        const follower = await Aurora.open({ dbPath, durabilityMode: 'WAL' });
        guest = follower;
        expect(follower.connection.state).toBe('guest');
        const collection = choices.random() < 0.5 ? 'plain' : 'indexed';
        const followed = await Followed.begin(follower, collection, choices);
        owner.tell(String(seed + round));
        const wanted = 10 + choices.below(40);
        while (owner.last('done') < wanted) {
          followed.drain();
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        await owner.kill();
        await expect.poll(() => follower.connection.state, { timeout: 30_000 }).toBe('owner');
        await followed.settle();
        for (let count = 0; count < commitsAfter; count += 1) {
          await changeSomething(follower, collection, await followed.note(), choices);
          await followed.settle();
        }
        deltaCount += followed.deltaCount;
        sumCount += followed.sumCount;
        followed.close();
        await follower.close();
      }
      console.info(
        `live after kill: ${deltaCount} deltas, ${sumCount} ended by sums, seed ${seed}`,
      );
      expect(deltaCount).toBeGreaterThan(rounds * 10);
    },
    60_000 + rounds * 30_000,
  );
});

/** Queries of every kind, a feed and watched documents of one collection. */
class Followed {
  readonly #db: Database;
  readonly #collection: string;
  readonly #moments = new Moments();
  #followers: readonly Follower[] = [];
  #sumCount = 0;

  private constructor(db: Database, collection: string) {
    this.#db = db;
    this.#collection = collection;
  }

  /** Follows from a moment at which nothing changes. */
  static async begin(db: Database, collection: string, choices: Choices): Promise<Followed> {
    const followed = new Followed(db, collection);
    await followed.note();
    const begin = await db.position();
    const moments = followed.#moments;
    const history = { ...{ db, collection, moments, choices }, isRemote: true, begin };
    followed.#followers = [
      ...Array.from({ length: followedQueries }, () => followQuery(history)),
      followFeed(history),
      followWatch(history),
    ];
    await followed.settle();
    return followed;
  }

  get deltaCount(): number {
    return this.#followers.reduce((sum, { deltaCount }) => sum + deltaCount, 0);
  }

  /** How many ended because a sum could not be said at some moment, which may have passed unseen. */
  get sumCount(): number {
    return this.#sumCount;
  }

  /** Notes what there is now. */
  async note(): Promise<readonly ReferenceDocument[]> {
    const { lsn } = await this.#db.position();
    const documents = (await this.#db.query(this.#collection).collect()) as ReferenceDocument[];
    this.#moments.add(lsn, documents);
    return documents;
  }

  drain(): void {
    this.#followers = this.#followers.filter((follower) => this.#goesOn(follower));
  }

  /** Waits until everything that is followed is as the reference says. */
  async settle(): Promise<void> {
    await this.note();
    const wrong = () => {
      this.drain();
      const found = this.#followers.find((follower) => !follower.isRight());
      return found && `${found.description}\n${JSON.stringify(found.show(), null, 1)}`;
    };
    await expect.poll(wrong, { timeout: 30_000, interval: 5 }).toBeUndefined();
  }

  close(): void {
    for (const follower of this.#followers) follower.close();
  }

  #goesOn(follower: Follower): boolean {
    try {
      follower.drain();
      return true;
    } catch (error) {
      if (!(error instanceof AuroraError) || error.code !== 'InvalidValue') throw error;
      this.#sumCount += 1;
      follower.close();
      return false;
    }
  }
}
