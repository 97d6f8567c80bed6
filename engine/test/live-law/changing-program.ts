/*
 * A program of live-after-kill.test.ts: it owns a database, and changes it at random from the moment it is told, until
 * it is killed. Says `is owner PID` once it is open, and `done N` after each change.
 */
import { createInterface } from 'node:readline';
import { Aurora } from '../../aurora.ts';
import { compoundIndexes, everyType, everyTypeIndexed } from '../../testing/arbitraries.ts';
import type { ReferenceDocument } from '../../testing/reference-evaluator.ts';
import { choicesFrom } from './law-choices.ts';
import { changeSomething } from './law-steps.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: changing-program <folder>');

const say = (line: string) => process.stdout.write(`${line}\n`);
const db = await Aurora.open({ dbPath: folder, durabilityMode: 'WAL' });
await db.newCollection('plain', everyType);
await db.newCollection('indexed', everyTypeIndexed, { indexes: compoundIndexes });
say(`is ${db.connection.state} ${process.pid}`);

const commands = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { value: seed } = await commands.next();
const choices = choicesFrom(Number(seed));
for (let number = 0; ; number += 1) {
  const collection = choices.random() < 0.5 ? 'plain' : 'indexed';
  const all = (await db.query(collection).collect()) as ReferenceDocument[];
  await changeSomething(db, collection, all, choices);
  say(`done ${number}`);
}
