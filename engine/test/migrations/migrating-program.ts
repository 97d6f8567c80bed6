/*
 * A program that is killed: it opens a database, says `loaded`, and once told to go on runs the migration that it was
 * given while it writes. It says `done S` when it has gone over that share of the documents, `wrote N` for each document N
 * of `notes`, with which item N of all was touched in the same commit, and `migrated` at the end; then it waits to be
 * killed. Meanwhile it reads, and complains of a result in which some items are of before the version and others of after it.
 */
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Aurora } from '../../aurora.ts';

const [folder, text, firstNote, itemCount] = process.argv.slice(2);
if (folder === undefined || text === undefined)
  throw new Error('usage: <folder> <text> <note> <items>');

/** Pauses of readers and writers: busy ones, that leave the migration some room. */
const pauseMs = 8;

const say = (line: string) => process.stdout.write(`${line}\n`);
const db = await Aurora.open(folder);
const commands = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
say('loaded');
await commands.next();

async function write(): Promise<never> {
  for (let note = Number(firstNote); ; note += 1) {
    const number = (note * 7919) % Number(itemCount);
    await db.execute(`mutation {
      insertInto(collection: "notes", data: { note: ${note} }) { id }
      update(collection: "items", data: { touched: ${note} }, where: { number: { eq: ${number} } }) { id }
    }`);
    say(`wrote ${note}`);
    await delay(pauseMs);
  }
}

async function read(): Promise<never> {
  for (;;) {
    const items = await db.query('items').orderBy('number').limit(100).collect();
    const forms = new Set(items.map((item) => Object.keys(item).toSorted().join()));
    // `touched` is there once somebody has touched the item.
    const names = new Set([...forms].map((form) => form.replace(',touched', '')));
    if (names.size > 1) console.error(`read ${[...names].join(' and ')} at once`);
    await delay(pauseMs);
  }
}

let isMigrated = false;

async function migrate(): Promise<void> {
  await db.execute(text ?? '');
  isMigrated = true;
  say('migrated');
}

async function tellProgress(): Promise<void> {
  let told = 0;
  while (!isMigrated) {
    const [running] = await db.migrations.running();
    // Documents of `items` only: nothing else is revised, and none are inserted.
    const share = running === undefined ? 0 : running.documentsDone / Number(itemCount);
    if (share > told) say(`done ${share}`);
    told = Math.max(told, share);
    await delay(2);
  }
}

await Promise.all([migrate(), write(), read(), tellProgress()]);
