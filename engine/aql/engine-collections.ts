/*
 * The collections that the engine keeps about itself (aql document, section 8). They are read like any other and
 * written only by the engine.
 */
import type { CollectionDefinition, FieldDefinition } from './catalog-shape.ts';
import type { ScalarTypeName } from './field-type.ts';

type FieldSpec = ScalarTypeName | `${ScalarTypeName}!` | `${ScalarTypeName}! indexed`;

function collection(
  name: string,
  specs: Readonly<Record<string, FieldSpec>>,
  indexes: CollectionDefinition['indexes'] = [],
): CollectionDefinition {
  const fields = Object.entries(specs).map(([field, spec]): FieldDefinition => {
    return {
      name: field,
      type: { kind: 'scalar', name: scalarNamed(spec) },
      nullable: !spec.includes('!'),
      unique: false,
      indexed: spec.endsWith(' indexed'),
    };
  });
  return { name, fields, indexes, open: false };
}

function scalarNamed(spec: FieldSpec): ScalarTypeName {
  const names = ['String', 'Int', 'Float', 'Boolean', 'Uuid', 'DateTime', 'Object'] as const;
  return names.find((name) => spec.startsWith(name)) ?? 'Any';
}

export const engineCollections: readonly CollectionDefinition[] = [
  collection('_collections', {
    name: 'String!',
    open: 'Boolean!',
    document_count: 'Int!',
    field_count: 'Int!',
    index_count: 'Int!',
  }),
  collection('_fields', {
    collection: 'String!',
    name: 'String!',
    type: 'String!',
    required: 'Boolean!',
    indexed: 'Boolean!',
    unique: 'Boolean!',
    references: 'String',
    default: 'Any',
    distinct_count: 'Int',
  }),
  collection('_indexes', {
    collection: 'String!',
    name: 'String!',
    fields: 'Any!',
    unique: 'Boolean!',
    text: 'Boolean!',
    state: 'String!',
    bytes_estimated: 'Int!',
    use_count: 'Int!',
  }),
  collection('_sys_migration', {
    version: 'String!',
    status: 'String!',
    checksum: 'String!',
    text: 'String!',
    applied_at: 'DateTime!',
    applied_by: 'String',
    elapsed_ms: 'Float!',
    documents_changed: 'Int!',
    error: 'String',
  }),
  collection(
    '_jobs',
    {
      job_type: 'String! indexed',
      queue: 'String!',
      status: 'String!',
      priority: 'String!',
      payload: 'Any',
      attempts: 'Int!',
      max_retries: 'Int!',
      crashes: 'Int!',
      run_at: 'DateTime!',
      created_at: 'DateTime!',
      started_at: 'DateTime',
      finished_at: 'DateTime',
      timeout_ms: 'Int',
      backoff_ms: 'Int',
      unique_key: 'String',
      unique_until: 'String',
      worker: 'String',
      lease_until: 'DateTime',
      progress: 'Float',
      progress_note: 'String',
      result: 'Any',
      error: 'String',
      error_stack: 'String',
      parent_id: 'Uuid',
      children: 'Any',
      open_children: 'Int!',
      schedule: 'String',
    },
    // A status alone finds what is to be done, with the time what is old enough to be deleted.
    [{ fields: ['status', 'finished_at'], unique: false }],
  ),
  collection('_job_runs', {
    job_id: 'Uuid! indexed',
    job_type: 'String!',
    queue: 'String!',
    attempt: 'Int!',
    status: 'String!',
    started_at: 'DateTime!',
    finished_at: 'DateTime',
    elapsed_ms: 'Float',
    worker: 'String',
    error: 'String',
    error_stack: 'String',
    logs: 'Any',
  }),
  /** Which unique keys of jobs are taken: the id is made of the key. */
  collection('_job_keys', { key: 'String!', job_id: 'Uuid!', expires_at: 'DateTime' }),
  collection('_job_queues', {
    name: 'String!',
    paused: 'Boolean!',
    concurrency: 'Int',
    rate_count: 'Int',
    rate_period_ms: 'Int',
  }),
  /** Jobs that a worker has claimed whose own documents do not say so yet, with the attempts that each had begun. */
  collection('_job_claims', {
    worker: 'String!',
    at: 'DateTime!',
    lease_until: 'DateTime!',
    job_ids: 'Any!',
    attempts: 'Any!',
  }),
  collection('_job_schedules', {
    name: 'String!',
    cron: 'String!',
    time_zone: 'String!',
    paused: 'Boolean!',
    misfire: 'String!',
    overlap: 'String!',
    job: 'Any!',
    next_run_at: 'DateTime!',
    last_run_at: 'DateTime',
    last_job_id: 'Uuid',
  }),
  collection('_handlers', {
    name: 'String!',
    event: 'String!',
    collection: 'String!',
    action: 'String!',
    created_at: 'DateTime!',
  }),
  collection('_watchers', {
    query: 'String!',
    collection: 'String!',
    started_at: 'DateTime!',
    events: 'Int!',
    reruns: 'Int!',
    reason: 'String',
  }),
  collection('_stats', { name: 'String!', value: 'Float!', unit: 'String', at: 'DateTime!' }),
  collection('_slow_queries', {
    text: 'String!',
    plan: 'String',
    elapsed_ms: 'Float!',
    rows_read: 'Int',
    rows_given: 'Int!',
    outcome: 'String!',
    at: 'DateTime!',
  }),
  collection('_audit', {
    at: 'DateTime!',
    source: 'String!',
    caller: 'String',
    action: 'String!',
    collection: 'String',
    document_id: 'Uuid',
    outcome: 'String!',
    rows: 'Int!',
    elapsed_ms: 'Float!',
    lsn: 'Int',
    transaction: 'Int',
    target: 'String',
    text: 'String',
    message: 'String',
  }),
];

const byName = new Map(engineCollections.map((each) => [each.name, each]));

/** The engine's collection of that name; `undefined` when there is none. */
export function findEngineCollection(name: string): CollectionDefinition | undefined {
  return byName.get(name);
}
