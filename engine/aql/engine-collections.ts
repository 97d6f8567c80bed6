/*
 * The collections that the engine keeps about itself (aql document, section 8). They are read like any other and
 * written only by the engine.
 */
import type { CollectionDefinition, FieldDefinition } from './catalog-shape.ts';
import type { ScalarTypeName } from './field-type.ts';

type FieldSpec = ScalarTypeName | `${ScalarTypeName}!`;

function collection(
  name: string,
  specs: Readonly<Record<string, FieldSpec>>,
): CollectionDefinition {
  const fields = Object.entries(specs).map(([field, spec]): FieldDefinition => {
    const nullable = !spec.endsWith('!');
    return {
      name: field,
      type: { kind: 'scalar', name: scalarNamed(spec) },
      nullable,
      unique: false,
      indexed: false,
    };
  });
  return { name, fields, indexes: [], open: false };
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
  }),
  collection('_indexes', {
    collection: 'String!',
    name: 'String!',
    fields: 'Any!',
    unique: 'Boolean!',
    state: 'String!',
  }),
  collection('_sys_migration', {
    version: 'String!',
    checksum: 'String!',
    applied_at: 'DateTime!',
    elapsed_ms: 'Float!',
    documents_changed: 'Int!',
  }),
  collection('_jobs', {
    job_type: 'String!',
    payload: 'Any',
    status: 'String!',
    priority: 'String!',
    queue: 'String!',
    attempts: 'Int!',
    max_retries: 'Int!',
    unique_key: 'String',
    timeout_ms: 'Int',
    backoff_ms: 'Int',
    run_at: 'DateTime!',
    created_at: 'DateTime!',
    started_at: 'DateTime',
    finished_at: 'DateTime',
    error: 'String',
    result: 'Any',
  }),
  collection('_job_runs', {
    job_id: 'Uuid!',
    job_type: 'String!',
    attempt: 'Int!',
    status: 'String!',
    started_at: 'DateTime!',
    finished_at: 'DateTime',
    elapsed_ms: 'Float',
    error: 'String',
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
    rows_read: 'Int!',
    at: 'DateTime!',
  }),
  collection('_audit', {
    at: 'DateTime!',
    source: 'String!',
    action: 'String!',
    collection: 'String',
    document_id: 'Uuid',
    outcome: 'String!',
    rows: 'Int!',
    elapsed_ms: 'Float!',
    lsn: 'Int',
    transaction: 'Int',
    text: 'String',
    message: 'String',
  }),
];

const byName = new Map(engineCollections.map((each) => [each.name, each]));

/** The engine's collection of that name; `undefined` when there is none. */
export function findEngineCollection(name: string): CollectionDefinition | undefined {
  return byName.get(name);
}
