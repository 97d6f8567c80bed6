import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import { Database } from '../database.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { SharedBackend } from './shared-backend.ts';

/* What guests follow, over the real socket, with owner and guest in one process. */

const folder = mkdtempSync(join(tmpdir(), 'aurora-stream-'));
const path = join(folder, 'shared.db');
let owner: Database;
let guest: Database;

beforeEach(async () => {
  owner = await Aurora.open(path);
  await owner.newCollection('notes', {
    text: { type: 'String' },
    rank: { type: 'Int', nullable: true, indexed: true },
  });
  const backend = await SharedBackend.open({
    path,
    create: false,
    readOnly: false,
    guest: true,
    waitMsMax: 5_000,
    openLocal: async () => {
      throw new AuroraError('DatabaseLocked', 'It is open in this process.');
    },
  });
  guest = new Database({ backend, readOnly: false });
});

afterEach(async () => {
  await guest.close();
  await owner.close();
  rmSync(path, { recursive: true, force: true });
});

describe('a guest that listens', () => {
  it('gets the changes of everybody in order, images that are large among them', async () => {
    const feed = guest.listen('notes', { filter: (f) => f.ne('text', 'other') });
    const ids = [
      await guest.insertInto('notes', { text: 'mine' }),
      await owner.insertInto('notes', { text: 'x'.repeat(1_000_000) }),
    ];
    await owner.insertInto('notes', { text: 'other' });
    ids.push(await owner.insertInto('notes', { text: 'last' }));
    const seen: unknown[] = [];
    for await (const event of feed) {
      if (event.changeType === 'Insert')
        seen.push([event.id, String(event.document['text']).length]);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([4, 1_000_000, 4].map((length, at) => [ids[at], length]));
  });

  it('goes on from a place, and hears why something cannot be followed', async () => {
    const after = await guest.position();
    const id = await owner.insertInto('notes', { text: 'before' });
    const feed = guest.listen('notes', { after });
    expect(await feed.next()).toMatchObject({ done: false, value: { changeType: 'Insert', id } });
    await expect(guest.listen('nothing').next()).rejects.toMatchObject({
      code: 'CollectionNotFound',
    });
  });

  it('holds nothing at the owner for what it has closed while it waited', async () => {
    for (let round = 0; round < 3; round += 1) {
      const feeds = Array.from({ length: limits.guestStreamsMax / 2 }, () => guest.listen('notes'));
      const waiting = feeds.map((feed) => feed.next());
      await guest.position();
      for (const feed of feeds) feed.close();
      expect((await Promise.all(waiting)).every(({ done }) => done)).toBe(true);
    }
    const feed = guest.listen('notes');
    const next = feed.next();
    const id = await owner.insertInto('notes', { text: 'heard' });
    expect(await next).toMatchObject({ done: false, value: { changeType: 'Insert', id } });
  });

  it('goes on with the next owner, and warns of nothing, however much it follows', async () => {
    const warnings: string[] = [];
    const warned = (warning: Error) => warnings.push(warning.message);
    process.on('warning', warned);
    const after = await guest.position();
    const feeds = Array.from({ length: 24 }, () => guest.listen('notes', { after }));
    const waiting = feeds.map((feed) => feed.next());
    await guest.position();
    await owner.close();
    owner = await Aurora.open(path);
    const id = await owner.insertInto('notes', { text: 'of the next owner' });
    for (const { value } of await Promise.all(waiting)) expect(value).toMatchObject({ id });
    for (const feed of feeds) feed.close();
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });

  it('leaves nothing behind when it stops, or goes away', async () => {
    const feeds = [guest.listen('notes'), guest.listenAll()];
    const waiting = feeds.map((feed) => feed.next());
    feeds[0]?.close();
    await guest.close();
    expect((await Promise.all(waiting)).map(({ done }) => done)).toEqual([true, true]);
    await owner.insertInto('notes', { text: 'nobody hears it' });
  });
});

describe('a guest that watches', () => {
  it('gets documents, results and deltas as the owner would', async () => {
    await owner.insertMany('notes', [
      { text: 'a', rank: 1 },
      { text: 'b', rank: 2 },
    ]);
    const watched = guest
      .query('notes')
      .filter((f) => f.gt('rank', 1))
      .watch();
    const live = guest.live(
      'query($n: Int) { notes(orderBy: { rank: DESC }, limit: $n) { text } }',
      {
        variables: { n: 2 },
      },
    );
    const initial = [await watched.next(), await live.next()].map(({ value }) => value);
    const id = await guest.insertInto('notes', { text: 'c', rank: 3 });
    const later = [await watched.next(), await live.next()].map(({ value }) => value);
    expect([...initial, ...later]).toMatchObject([
      { type: 'Added', isInitial: true, new: { text: 'b' } },
      { type: 'snapshot', data: { notes: [{ text: 'b' }, { text: 'a' }] } },
      { type: 'Added', isInitial: false, id, new: { text: 'c', rank: 3 } },
      {
        type: 'delta',
        changes: [
          { type: 'Added', to: 0 },
          { type: 'Removed', from: 1 },
        ],
      },
    ]);
    watched.close();
    live.close();
  });

  it('gets large results in parts', async () => {
    const many = Array.from({ length: 5_000 }, (_, rank) => ({ text: 'x'.repeat(200), rank }));
    await owner.insertMany('notes', many);
    const live = guest.live('{ notes { text rank } }');
    const { value: event } = await live.next();
    const rows = event?.type === 'snapshot' ? event.data['notes'] : undefined;
    expect(Array.isArray(rows) && rows.length).toBe(5_000);
    live.close();
  });
});
