import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Database, Job, JobFailure, type JobHandler } from '#engine';

/*
 * What the sample database's workers do, so that there is something to watch: a file that is imported line by line,
 * statistics that are written with their completion, and a service that answers only most of the time. They run when
 * the person starts them, and at no other time.
 */

export interface SampleHandler {
  readonly type: string;
  readonly meaning: string;
  readonly handler: JobHandler;
}

const importTarget = 'imported_lines';
const statisticsTarget = 'statistics';
/** With so many that wait there is something to watch already. */
const enoughJobs = 8;
const importStep = 200;
const importPauseMs = 120;

/** The handlers for a sample database; `folder` has the files that they may import. */
export function sampleHandlers(database: Database, folder: string): readonly SampleHandler[] {
  return [
    {
      type: 'import_file',
      meaning: 'Reads a file of the sample line by line into a collection',
      handler: importFile(database, folder),
    },
    {
      type: 'compute_statistics',
      meaning: 'Counts a collection by a field, and keeps the result',
      handler: computeStatistics(database),
    },
    {
      type: 'call_service',
      meaning: 'Calls a service that answers only most of the time',
      handler: callService,
    },
  ];
}

/** What is enqueued and scheduled when the workers are started. */
export async function prepareSampleJobs({ workers }: Database): Promise<void> {
  await workers.schedule('film statistics', statisticsJob(), { cron: '* * * * *' });
  const { pending, failed } = await workers.stats();
  if (pending + failed >= enoughJobs) return;
  await workers.enqueueMany([
    new Job('import_file').addField('file', 'cars.ndjson.gz').inQueue('imports'),
    statisticsJob(),
    ...services.flatMap((service) => [1, 2, 3, 4].map((order) => callJob(service, order))),
  ]);
}

const services = ['billing', 'mail', 'search'];

function statisticsJob(): Job {
  return new Job('compute_statistics').withPayload({ collection: 'films', field: 'genre' });
}

function callJob(service: string, order: number): Job {
  const job = new Job('call_service').withPayload({ service, order });
  return job
    .inQueue('services')
    .withMaxRetries(2)
    .withBackoff(4_000)
    .withDelay(order * 1_500);
}

function importFile(database: Database, folder: string): JobHandler {
  return async ({ payload }, { signal, progress, log }) => {
    const file = basename(String(payload['file'] ?? ''));
    if (!file.endsWith('.ndjson.gz')) {
      throw new JobFailure(`"${file}" is no file of the sample.`, { retryable: false });
    }
    const bytes = await promisify(gunzip)(await readFile(join(folder, file), { signal }));
    const lines = bytes.toString('utf8').split('\n').filter(Boolean);
    log(`${file}: ${lines.length} lines`);
    await defineOnce(database, importTarget, 'file: String! @indexed line: Int! document: Object!');
    await database.execute(
      `mutation($file: String!) { deleteFrom(collection: "${importTarget}", where: { file: { eq: $file } }) { aggregate { count } } }`,
      { variables: { file }, signal },
    );
    for (let from = 0; from < lines.length; from += importStep) {
      signal.throwIfAborted();
      const documents = lines.slice(from, from + importStep).map((line, at) => ({
        file,
        line: from + at + 1,
        document: JSON.parse(line),
      }));
      await database.insertMany(importTarget, documents);
      const done = Math.min(lines.length, from + importStep);
      progress(done / lines.length, `${done} of ${lines.length} lines`);
      await pause(importPauseMs, undefined, { signal });
    }
    log(`imported into ${importTarget}`);
    return { collection: importTarget, lines: lines.length };
  };
}

function computeStatistics(database: Database): JobHandler {
  return async ({ payload }, { signal, complete, log }) => {
    const [collection, field] = [String(payload['collection']), String(payload['field'])];
    if (![collection, field].every((name) => /^[a-z]\w*$/i.test(name))) {
      throw new JobFailure('A collection and a field are needed.', { retryable: false });
    }
    await defineOnce(
      database,
      statisticsTarget,
      'name: String! @unique groups: Any counted_at: DateTime!',
    );
    const text = `query { ${collection} { groupBy(field: "${field}") { key count } } }`;
    const { data } = await database.execute(text, { signal });
    const groups = Object(data[collection])['groupBy'];
    const name = `${collection} by ${field}`;
    const document = { name, groups, counted_at: new Date().toISOString() };
    log(`${name}: ${Array.isArray(groups) ? groups.length : 0} groups`);
    await complete(async (tx) => {
      await tx.execute(
        `mutation($name: String!, $document: Object!) {
          upsert(collection: "${statisticsTarget}", where: { name: { eq: $name } }, data: $document) { id }
        }`,
        { variables: { name, document } },
      );
      return { name, groupCount: Array.isArray(groups) ? groups.length : 0 };
    });
  };
}

const callService: JobHandler = async ({ payload, attempt }, { signal, log }) => {
  const service = String(payload['service'] ?? 'mail');
  const elapsedMs = randomInt(200, 1_500);
  log(`attempt ${attempt}: calling ${service}`);
  await pause(elapsedMs, undefined, { signal });
  const chance = randomInt(10);
  if (service === 'billing' && chance < 3) {
    throw new JobFailure(`"${service}" refuses order ${String(payload['order'])}: 402`, {
      retryable: false,
    });
  }
  if (chance < 4) throw new Error(`503 from "${service}" after ${elapsedMs} ms`);
  return { status: 200, elapsedMs };
};

/** Another job may have defined it a moment ago. */
async function defineOnce(database: Database, name: string, fields: string): Promise<void> {
  const isThere = () => database.catalog().collections.some((each) => each.name === name);
  if (isThere()) return;
  try {
    await database.execute(`schema { define collection ${name} { ${fields} } }`);
  } catch (error) {
    if (!isThere()) throw error;
  }
}
