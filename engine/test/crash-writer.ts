/*
 * The victim of the crash test: a process that writes to a database until it is killed. It says `begin N` before and
 * `done N` after each commit, so that its killer knows what was promised. Commit N follows from N and the seed alone:
 * the killer computes the same changes and compares.
 */
import { openDatabaseFolder } from '../storage/database-folder.ts';
import { CommitPipeline } from '../transactions/commit-pipeline.ts';
import { applyToModel, crashDefinition, plannedChanges } from './crash-plan.ts';

const [folder, seedText, firstText] = process.argv.slice(2);
if (folder === undefined || seedText === undefined || firstText === undefined) {
  throw new Error('usage: crash-writer <folder> <seed> <first commit>');
}
const seed = Number(seedText);
const first = Number(firstText);

const store = await openDatabaseFolder({
  path: folder,
  create: true,
  readOnly: false,
  newId: () => crypto.randomUUID(),
});
const pipeline = await CommitPipeline.open(store);
await pipeline.defineCollection(crashDefinition, { ifNotExists: true });
const model = new Map<string, number>();
for (let number = 0; number < first; number += 1) applyToModel(model, seed, number);

for (let number = first; ; number += 1) {
  const changes = plannedChanges(pipeline, model, seed, number);
  process.stdout.write(`begin ${number}\n`);
  await pipeline.commit(changes);
  applyToModel(model, seed, number);
  process.stdout.write(`done ${number}\n`);
}
