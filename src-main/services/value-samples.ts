import type { DatabaseId, Result, SampledValueInfo, WireValue } from '#contract';
import type { Database } from '#engine';
import type { Clock } from './clock.ts';
import type { DatabaseService } from './database-service.ts';
import { serviceLimits } from './limits.ts';
import { isWireValue } from './wire-value.ts';

/*
 * What values documents hold, from the first documents of a collection: enough for an editor to propose the values of
 * fields that have few. A field whose values are many, or long, is no help and is left out.
 */

type Sampled = Result<'catalog.samples'>;
type Samples = Sampled['samples'];

interface KeptSamples {
  readonly version: number;
  readonly madeAt: number;
  readonly samples: Promise<Sampled>;
}

export class ValueSamples {
  readonly #databases: DatabaseService;
  readonly #clock: Clock;
  readonly #kept = new Map<string, KeptSamples>();

  constructor(databases: DatabaseService, clock: Clock) {
    this.#databases = databases;
    this.#clock = clock;
    databases.onWillClose(async (closed) => {
      for (const key of [...this.#kept.keys()]) {
        if (key.startsWith(`${closed} `)) this.#kept.delete(key);
      }
    });
  }

  /** The samples of a collection; made once for a version of the schema and a minute. */
  async of(id: DatabaseId, collection: string): Promise<Sampled> {
    const { version, collections } = this.#databases.get(id).catalog();
    const isKnown = collections.some(({ name }) => name === collection);
    if (!isKnown && collection !== '_jobs')
      return { samples: {}, distinctCounts: {}, undeclared: [] };
    const key = `${id} ${collection}`;
    const kept = this.#kept.get(key);
    const oldest = this.#clock.now() - serviceLimits.sampleAgeMsMax;
    if (kept !== undefined && kept.version === version && kept.madeAt >= oldest) {
      return await kept.samples;
    }
    const samples = this.#make(id, collection);
    // What failed is not kept: the next request tries again.
    samples.catch(() => this.#kept.delete(key));
    this.#kept.delete(key);
    this.#kept.set(key, { version, madeAt: this.#clock.now(), samples });
    const [first] = this.#kept.keys();
    if (this.#kept.size > serviceLimits.samplesKeptMax && first !== undefined) {
      this.#kept.delete(first);
    }
    return await samples;
  }

  async #make(id: DatabaseId, collection: string): Promise<Sampled> {
    const database = this.#databases.get(id);
    if (collection === '_jobs') {
      const samples = sampledJobs(await latestJobs(database));
      return { samples, distinctCounts: {}, undeclared: [] };
    }
    const info = database.catalog().collections.find(({ name }) => name === collection);
    const fields = info?.fields ?? [];
    const unique = fields.flatMap((field) => (field.unique ? [field.name] : []));
    const documents = await database
      .query(collection)
      .limit(serviceLimits.sampleDocumentsMax)
      .collect();
    const declared = new Set(['id', ...fields.map(({ name }) => name)]);
    return {
      samples: sampledValues(collection, documents, new Set(['id', ...unique])),
      distinctCounts: await distinctCounts(database, collection),
      undeclared: info?.open === true ? undeclaredFields(documents, declared) : [],
    };
  }
}

/** What the planner goes by: fields that no query has scanned yet are left out. */
async function distinctCounts(
  database: Database,
  collection: string,
): Promise<Sampled['distinctCounts']> {
  const text =
    'query($collection: String!) { _fields(where: { collection: { eq: $collection } }) { name distinct_count } }';
  const outcome = await database.execute(text, { variables: { collection } });
  const documents = outcome.kind === 'query' ? (outcome.documents ?? []) : [];
  return Object.fromEntries(
    documents.flatMap(({ data: { name, distinct_count: count } }) =>
      typeof count === 'number' ? [[`${collection}.${String(name)}`, count]] : [],
    ),
  );
}

/** In the order in which they are met; a name that is no word of the language cannot be asked for. */
function undeclaredFields(
  documents: readonly Readonly<Record<string, unknown>>[],
  declared: ReadonlySet<string>,
): readonly string[] {
  const found = new Set<string>();
  for (const document of documents) {
    for (const name of Object.keys(document)) {
      if (!declared.has(name) && /^[A-Za-z]\w*$/.test(name)) found.add(name);
    }
  }
  return [...found].slice(0, serviceLimits.undeclaredFieldsMax);
}

/** The latest jobs, which tell best what is enqueued now. Ids grow with time. */
async function latestJobs(database: Database): Promise<readonly SampledJob[]> {
  const { sampleJobsMax } = serviceLimits;
  const text = `{ _jobs(orderBy: { id: DESC }, limit: ${sampleJobsMax}) { job_type queue status payload } }`;
  const outcome = await database.execute(text);
  const documents = outcome.kind === 'query' ? (outcome.documents ?? []) : [];
  return documents.map(({ data: { payload, ...job } }) => ({ ...job, payload }));
}

type SampledJob = Readonly<Record<string, unknown>>;

/**
 * What jobs hold by `_jobs` and field; and by `enqueueJob`, type and field what they are given. A field of a payload is
 * named also where its values are of no help.
 */
export function sampledJobs(jobs: readonly SampledJob[]): Samples {
  const fields = new Map<string, FieldSample>();
  for (const { payload, ...job } of jobs) {
    for (const [name, value] of Object.entries(job)) collect(fields, `_jobs.${name}`, value, 0);
    collect(fields, `enqueueJob.${String(job['job_type'])}`, payload, 0);
  }
  return Object.fromEntries([...fields].map(([path, field]) => [path, field.values()]));
}

/** The values of a collection's documents by path, those of the fields in `without` left out. */
export function sampledValues(
  collection: string,
  documents: readonly Readonly<Record<string, unknown>>[],
  without: ReadonlySet<string>,
): Samples {
  const fields = new Map<string, FieldSample>();
  for (const document of documents) {
    for (const [name, value] of Object.entries(document)) {
      if (!without.has(name)) collect(fields, `${collection}.${name}`, value, 0);
    }
  }
  return Object.fromEntries(
    [...fields].flatMap(([path, field]) => {
      const values = field.values();
      return values.length === 0 ? [] : [[path, values]];
    }),
  );
}

function collect(
  fields: Map<string, FieldSample>,
  path: string,
  value: unknown,
  depth: number,
): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    // Of one document an element counts once, however often it stands in the list.
    for (const item of new Set(items)) collect(fields, path, item, depth);
    return;
  }
  if (typeof value === 'object') {
    if (depth >= serviceLimits.sampleDepthMax) return;
    for (const [key, member] of Object.entries(value)) {
      collect(fields, `${path}.${key}`, member, depth + 1);
    }
    return;
  }
  const known = fields.get(path);
  if (known === undefined && fields.size >= serviceLimits.sampleFieldsMax) return;
  const field = known ?? new FieldSample();
  fields.set(path, field);
  if (isWireValue(value)) field.add(value);
}

class FieldSample {
  readonly #counts = new Map<WireValue, number>();
  #hasMany = false;

  add(value: WireValue): void {
    if (this.#hasMany) return;
    if (typeof value === 'string' && value.length > serviceLimits.sampleTextLengthMax) return;
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    if (this.#counts.size <= serviceLimits.sampleValuesMax) return;
    this.#hasMany = true;
    this.#counts.clear();
  }

  /** Most frequent first. */
  values(): readonly SampledValueInfo[] {
    return [...this.#counts]
      .map(([value, count]) => ({ value, count }))
      .sort((left, right) => right.count - left.count);
  }
}
