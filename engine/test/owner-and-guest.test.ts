import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import type { Database } from '../database.ts';
import type { DatabaseConnection } from '../database-connection.ts';
import { AuroraError } from '../errors.ts';
import { readLockOwner } from '../storage/owner-lock.ts';
import { randomFrom } from './durability/seeded-random.ts';
import type { SharingChild } from './sharing-child.ts';
import { sharingFixture } from './sharing-fixture.ts';

const { newFolder, loadChild, openHere } = sharingFixture();

async function startChild(folder: string, ownerTimeoutMs = 10_000): Promise<SharingChild> {
  const child = loadChild(folder, ownerTimeoutMs);
  return openChild(child);
}

async function openChild(child: SharingChild): Promise<SharingChild> {
  child.tell('open');
  await child.until(() => child.last('is owner') > 0 || child.last('is guest') > 0);
  return child;
}

function becomes(database: Database, state: DatabaseConnection['state']): Promise<void> {
  return new Promise((resolve) => {
    const end = database.onDidChangeConnection((connection) => check(connection));
    const check = (connection: DatabaseConnection) => {
      if (connection.state !== state) return;
      end();
      resolve();
    };
    check(database.connection);
  });
}

async function numbersIn(database: Database): Promise<readonly number[]> {
  const documents = await database.query('numbers').orderBy('number').collect();
  return documents.map((document) => Number(document['number']));
}

/** Gives what was heard as soon as a number is among it. */
function listening(database: Database): (until: number) => Promise<readonly unknown[]> {
  const heard: unknown[] = [];
  const feed = database.listenAll();
  return async (until) => {
    while (!heard.includes(until)) {
      const { value: event, done } = await feed.next();
      if (done === true || event.changeType === 'Lagged') break;
      heard.push(event.document?.['number']);
    }
    return heard;
  };
}

/** The same for documents that are watched: each is told once, those that were there first. */
function watching(database: Database): (until: number) => Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  const stream = database.query('numbers').watch();
  return async (until) => {
    while (!seen.includes(until)) {
      const { value: update, done } = await stream.next();
      if (done === true) break;
      seen.push(update.type === 'Added' ? update.new['number'] : update.type);
    }
    return seen.sort((left, right) => Number(left) - Number(right));
  };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    if (error instanceof AuroraError) return error.code;
    throw error;
  }
}

/** Each round starts a program; `npm run test:long -- owner-and-guest` has more of them. */
const rounds = Number(process.env['SHARING_ROUNDS'] ?? 5);
const seed = Number(process.env['SHARING_SEED'] ?? Date.now() % 1_000_000);

describe('a database that another process owns', () => {
  it(
    `is read up to the last acknowledged commit, and taken over without loss when its owner is killed (${rounds} rounds, seed ${seed})`,
    async () => {
      const random = randomFrom(seed);
      const folder = newFolder();
      let next = 0;
      let loaded = loadChild(folder);
      for (let round = 0; round < rounds; round += 1) {
        const owner = await openChild(loaded);
        if (round + 1 < rounds) loaded = loadChild(folder);
        const guest = await openHere(folder);
        expect(guest.connection).toEqual({ state: 'guest', ownerPid: owner.pid });
        const states: string[] = [];
        guest.onDidChangeConnection(({ state }) => states.push(state));
        const heard = listening(guest);
        const watched = next === 0 ? undefined : watching(guest);
        // The owner answers in order, so it has heard of the listener by now.
        await guest.position();
        owner.tell(`write ${next}`);
        for (let look = 0; look < 5; look += 1) {
          const wanted = next + Math.floor(random() * 30);
          await owner.until(() => owner.last('done') >= wanted);
          const acknowledged = owner.last('done');
          const found = await guest
            .query('numbers')
            .filter((f) => f.lte('number', acknowledged))
            .count();
          expect(found).toBe(acknowledged + 1);
        }
        await owner.kill();
        const [begun, done] = [owner.last('begin'), owner.last('done')];
        await becomes(guest, 'owner');
        expect(states).toEqual(['lost', 'owner']);
        const numbers = await numbersIn(guest);
        expect(numbers).toEqual(numbers.map((_, at) => at));
        expect(numbers.length).toBeGreaterThan(done);
        expect(numbers.length).toBeLessThanOrEqual(begun + 1);
        expect(await guest.verify()).toMatchObject({ isSound: true });
        await guest.insertInto('numbers', { number: numbers.length });
        expect(await heard(numbers.length)).toEqual([...numbers.slice(next), numbers.length]);
        if (watched !== undefined) {
          expect(await watched(numbers.length)).toEqual([...numbers, numbers.length]);
        }
        next = numbers.length + 1;
        await guest.close();
      }
    },
    120_000 + rounds * 30_000,
  );

  it('has one successor of several guests, and the others become its guests', async () => {
    const folder = newFolder();
    const owner = await startChild(folder);
    const guests = [await startChild(folder), await startChild(folder)];
    const here = await openHere(folder);
    owner.tell('write 0');
    await owner.until(() => owner.last('done') >= 20);
    await owner.kill();
    const settled = (child: SharingChild) =>
      child.until(() => {
        const pid = Math.max(child.last('is owner'), 0);
        return pid > 0 || (child.last('is guest') > 0 && child.last('is guest') !== owner.pid);
      });
    await Promise.all([...guests.map(settled), becomes(here, 'lost')]);
    await expect.poll(() => here.connection.state, { timeout: 20_000 }).not.toBe('lost');
    const successor = here.connection.ownerPid;
    const pids = [process.pid, ...guests.map(({ pid }) => pid)];
    expect(pids).toContain(successor);
    const said = guests.map((guest) =>
      guest.pid === successor ? guest.last('is owner') : guest.last('is guest'),
    );
    expect(said).toEqual([successor, successor]);
    // All of them go on, and see what the others do.
    const count = await here.query('numbers').count();
    expect(count).toBeGreaterThan(20);
    for (const [at, guest] of guests.entries()) {
      guest.tell(`insert ${1_000 + at}`);
      await guest.said(`done ${1_000 + at}`);
    }
    expect(await here.query('numbers').count()).toBe(count + 2);
  }, 60_000);

  it('is taken over when its owner closes it', async () => {
    const folder = newFolder();
    const owner = await startChild(folder);
    const guest = await openHere(folder);
    await guest.insertInto('numbers', { number: 1 });
    owner.tell('close');
    await becomes(guest, 'owner');
    expect(await numbersIn(guest)).toEqual([1]);
  }, 60_000);

  it('tells of a write that was under way that its outcome is not known, and does not do it again', async () => {
    const folder = newFolder();
    const owner = await startChild(folder);
    const guest = await openHere(folder);
    await guest.insertInto('numbers', { number: 1 });
    owner.signal('SIGSTOP');
    const writing = guest.insertInto('numbers', { number: 2 });
    const reading = guest.query('numbers').count();
    const codes = Promise.all([codeOf(writing), codeOf(reading)]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await owner.kill();
    expect(await codes).toEqual(['OwnerLost', 'OwnerLost']);
    // What comes after the loss waits for the takeover.
    expect(await guest.query('numbers').count()).toBe(1);
    expect(guest.connection).toEqual({ state: 'owner', ownerPid: process.pid });
  }, 60_000);

  // The run said that it was done: what had come was taken for the whole result.
  it('tells a run that was open that its owner was lost', async () => {
    const folder = newFolder();
    const owner = await startChild(folder);
    const guest = await openHere(folder);
    await guest.insertMany(
      'numbers',
      Array.from({ length: 100 }, (_, number) => ({ number })),
    );
    const run = guest.run('{ numbers { number } }');
    await run.next(1);
    await owner.kill();
    await becomes(guest, 'owner');
    expect(await run.next(100)).toMatchObject({
      parts: [{ kind: 'failed', error: { code: 'OwnerLost' } }],
      done: true,
    });
    expect(await run.next(100)).toEqual({ parts: [], done: true });
  }, 60_000);

  it('counts as lost when its owner hangs, and is a guest again when that goes on', async () => {
    const folder = newFolder();
    const owner = await startChild(folder);
    const guest = await openHere(folder, 1_500);
    owner.signal('SIGSTOP');
    const stopped = codeOf(guest.query('numbers').count());
    await becomes(guest, 'lost');
    expect(await stopped).toBe('OwnerLost');
    expect(await codeOf(guest.query('numbers').count())).toBe('OwnerLost');
    // Its lock is that of a running process: nobody takes it.
    expect(readLockOwner(folder)?.pid).toBe(owner.pid);
    owner.signal('SIGCONT');
    await becomes(guest, 'guest');
    expect(await guest.query('numbers').count()).toBe(0);
  }, 60_000);

  it('does not care for a guest that is killed or stands still', async () => {
    const folder = newFolder();
    const owner = await openHere(folder);
    const [killed, stopped] = [await startChild(folder), await startChild(folder)];
    killed.tell('write 0');
    await killed.until(() => killed.last('done') >= 5);
    stopped.tell('run');
    await stopped.said('pulled');
    stopped.signal('SIGSTOP');
    await killed.kill();
    const committed = await numbersIn(owner);
    expect(committed).toEqual(committed.map((_, at) => at));
    expect(committed.length).toBeGreaterThan(killed.last('done'));
    // Commits go on while a guest takes no events.
    for (let number = 0; number < 3_000; number += 100) {
      const documents = Array.from({ length: 100 }, (_, at) => ({ number: 10_000 + number + at }));
      await owner.insertMany('numbers', documents);
    }
    stopped.signal('SIGCONT');
    stopped.tell('count');
    const count = await owner.query('numbers').count();
    await stopped.said(`count ${count}`);
    await owner.close();
    await stopped.said(`is owner ${stopped.pid}`);
  }, 60_000);

  it('may be refused instead', async () => {
    const folder = newFolder();
    const owner = await startChild(folder);
    const opening = Aurora.open({ dbPath: folder, guest: false });
    await expect(opening).rejects.toMatchObject({
      code: 'DatabaseLocked',
      details: { pid: owner.pid },
    });
  }, 60_000);

  it('is found by guests although its path is longer than a socket may have', async () => {
    const parent = newFolder();
    const folder = join(parent, 'x'.repeat(120), 'shared.db');
    mkdirSync(join(folder, '..'), { recursive: true });
    const owner = await startChild(folder);
    const guest = await openHere(folder);
    expect(guest.connection).toEqual({ state: 'guest', ownerPid: owner.pid });
    const socket = readLockOwner(folder)?.socket ?? '';
    expect(Buffer.byteLength(socket)).toBeLessThan(100);
    expect(readdirSync(folder)).not.toContain('aurora.sock');
    await owner.kill();
    await becomes(guest, 'owner');
    // What the killed one left behind outside the folder is gone as well.
    expect(existsSync(socket)).toBe(false);
  }, 60_000);

  it('whose folder is removed fails for its guests, who say why', async () => {
    const folder = newFolder();
    const owner = await startChild(folder);
    const guest = await openHere(folder);
    rmSync(folder, { recursive: true });
    expect(await guest.query('numbers').count()).toBe(0);
    await owner.kill();
    await becomes(guest, 'lost');
    expect(await codeOf(guest.query('numbers').count())).toBe('DatabaseNotFound');
    expect(guest.connection).toMatchObject({
      state: 'lost',
      reason: expect.stringContaining('no database'),
    });
  }, 60_000);

  it('lets guests come and go a thousand times', async () => {
    const folder = newFolder();
    const owner = await startChild(folder);
    const handlesBefore = openDescriptors();
    for (let round = 0; round < 1_000; round += 1) {
      const guest = await Aurora.open(folder);
      if (round % 100 === 0) expect(await guest.query('numbers').count()).toBe(0);
      await guest.close();
    }
    await expect.poll(openDescriptors, { timeout: 5_000 }).toBeLessThanOrEqual(handlesBefore + 5);
    owner.tell('count');
    await owner.said('count 0');
  }, 120_000);
});

/** Files and sockets that this process has open; only Linux tells. */
function openDescriptors(): number {
  return existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0;
}
