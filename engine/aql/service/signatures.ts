/* What takes arguments in AQL: one table that completion, signature help and hover read. */
import { type Parameter, parameter, required, type Signature, signatures } from './signature.ts';

const where = parameter('where', 'filter', 'Only documents that satisfy this filter.', {
  aliases: ['filter'],
});
const orderBy = parameter(
  'orderBy',
  'order',
  'The order of the result, for example `{ age: DESC }`. Without it the order is by `id`.',
  { type: 'Order | [Order]' },
);
const limit = parameter('limit', 'number', 'At most this many documents.');
const ifVersion = parameter(
  'ifVersion',
  'text',
  'The `_version` that each document must have, or nothing is changed.',
);
const offset = parameter('offset', 'number', 'Leaves out this many documents at the beginning.', {
  aliases: ['skip'],
});
const collection = required('collection', 'collection', 'The name of the collection, in quotes.');
const data = required('data', 'data', 'The fields and their values.', { aliases: ['set'] });
const requiredWhere: Parameter = {
  ...where,
  isRequired: true,
  documentation: 'Only documents that satisfy this filter. `{}` means every document.',
};

/** Arguments of a collection at the root of a query. */
export const rootSignature = (name: string): Signature => readingOf(name, rootParameters);

/** Arguments of a relation to many documents. */
export const relationSignature = (name: string): Signature =>
  readingOf(name, [where, orderBy, limit, offset]);

/** Arguments of a collection in a subscription. */
export const subscriptionSignature = (name: string): Signature => readingOf(name, [where]);

const readingOf = (name: string, parameters: readonly Parameter[]): Signature => ({
  name,
  documentation: `Reads documents of \`${name}\`.`,
  parameters,
});

const rootParameters: readonly Parameter[] = [
  where,
  orderBy,
  limit,
  offset,
  parameter('first', 'number', 'The first documents of a page with cursors; select `edges`.'),
  parameter('after', 'text', 'The cursor, or the document id, behind which the page begins.'),
  parameter('last', 'number', 'The last documents of a page with cursors; select `edges`.'),
  parameter('before', 'text', 'The cursor, or the document id, before which the page ends.'),
  parameter('search', 'search', 'Ranks by full text; gives `_score` and `_highlight`.'),
];

const priorities = ['LOW', 'NORMAL', 'HIGH', 'CRITICAL'] as const;
const jobOptions: readonly Parameter[] = [
  parameter('priority', 'word', 'Which jobs run first; NORMAL by default.', {
    words: priorities,
    type: priorities.join(' | '),
  }),
  parameter('maxRetries', 'number', 'Retries after the first attempt; 3 by default.'),
  parameter('runAt', 'instant', 'Not before this instant.', { aliases: ['scheduledAt'] }),
  parameter('delayMs', 'number', 'Not before this many milliseconds from now.'),
  parameter('uniqueKey', 'text', 'No second job with this key while one is waiting.'),
  parameter('timeoutMs', 'number', 'Milliseconds after which an attempt counts as failed.', {
    aliases: ['timeoutSeconds'],
  }),
  parameter('queue', 'text', 'The name of the queue.'),
  parameter('backoffMs', 'number', 'Milliseconds before the first retry.'),
];
const jobType = required('jobType', 'text', 'Which handler of the host runs the job.');

const dataList = { type: '[Document]' };
const either = { type: 'Document | [Document]', aliases: ['set'] };

/** The functions of mutations by name; other spellings have entries of their own. */
export const mutationSignatures: ReadonlyMap<string, Signature> = signatures(
  [
    [
      'insertInto',
      'Inserts a document, or a list of documents, and returns them.',
      [collection, required('data', 'data', 'The document, or a list of documents.', either)],
    ],
    [
      'insertMany',
      'Inserts a list of documents and returns them.',
      [collection, required('data', 'data', 'The documents.', { ...dataList, aliases: ['set'] })],
    ],
    [
      'update',
      'Changes every document that satisfies `where` and returns them.',
      [collection, requiredWhere, data, ifVersion],
    ],
    [
      'upsert',
      'Changes the document that is found, or inserts one, and returns it.',
      [
        collection,
        where,
        data,
        parameter('on', 'field', 'The unique field by which the document is found.'),
      ],
    ],
    [
      'deleteFrom',
      'Deletes every document that satisfies `where` and returns them as they were.',
      [collection, requiredWhere, ifVersion],
    ],
    [
      'import',
      'Inserts documents in bulk.',
      [collection, required('data', 'data', 'The documents.', dataList)],
    ],
    [
      'export',
      'Gives the documents as text.',
      [
        collection,
        parameter('format', 'word', 'The form of the text.', {
          words: ['JSON', 'NDJSON', 'CSV'],
          type: 'JSON | NDJSON | CSV',
        }),
        where,
      ],
    ],
    [
      'enqueueJob',
      'Puts a job into the queue, with the rest of the mutation or not at all.',
      [
        jobType,
        parameter('payload', 'json', 'What the job is given.', { type: 'Object' }),
        ...jobOptions,
      ],
    ],
    [
      'enqueueJobs',
      'Puts several jobs of one type into the queue.',
      [
        jobType,
        required('payloads', 'json', 'What each job is given.', { type: '[Object]' }),
        ...jobOptions,
      ],
    ],
    ['cancelJob', 'Cancels a job.', [required('id', 'text', 'The job.', { type: 'Uuid' })]],
    [
      'retryJob',
      'Runs a failed job again.',
      [required('id', 'text', 'The job.', { type: 'Uuid' })],
    ],
    ['transaction', 'Groups changes inside the transaction of the mutation.', []],
  ],
  { insert: 'insertInto', delete: 'deleteFrom' },
);

const foundField = required('field', 'field', 'The field, in quotes.');

/** What may stand in `aggregate { … }`. */
export const aggregateSignatures: ReadonlyMap<string, Signature> = signatures([
  [
    'count',
    'How many documents, or how many in which the field is not null.',
    [parameter('field', 'field', 'Count only documents in which this field is not null.')],
  ],
  ['sum', 'The sum of a field; exact for integers. Nulls are skipped.', [foundField]],
  ['avg', 'The mean of a field; null when there is none. Nulls are skipped.', [foundField]],
  ['min', 'The smallest value of a field.', [foundField]],
  ['max', 'The greatest value of a field.', [foundField]],
  ['countDistinct', 'How many different values a field has.', [foundField]],
]);

const intervals = ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND'] as const;

/** What takes arguments inside a selection of documents. */
export const selectionSignatures: ReadonlyMap<string, Signature> = signatures([
  [
    'groupBy',
    'Groups the documents by the values of a field.',
    [
      parameter('field', 'field', 'Group by this field; a list field groups by element.'),
      parameter('fields', 'fields', 'Group by several fields; then `key` is an object.'),
      parameter('interval', 'word', 'Truncates a DateTime.', {
        words: intervals,
        type: intervals.join(' | '),
      }),
      parameter('timeZone', 'text', 'The time zone of `interval`; UTC without it.'),
      { ...orderBy, documentation: 'The order of the groups, for example `{ count: DESC }`.' },
      parameter('having', 'having', 'Only groups that satisfy this filter.'),
      { ...limit, documentation: 'At most this many groups.' },
    ],
  ],
  ['nodes', 'Documents of the group.', [limit, orderBy]],
  [
    'lookup',
    'Joins documents of another collection by value, batched.',
    [
      required('collection', 'collection', 'The collection to join, in quotes.'),
      required('localField', 'localField', 'The field of this document.'),
      required('foreignField', 'field', 'The field of the joined documents that equals it.'),
      where,
      orderBy,
      limit,
      offset,
    ],
  ],
  [
    'compute',
    'A value computed from the fields of the document.',
    [required('expression', 'text', 'For example `"price * qty"`.')],
  ],
]);

export const searchSignature: Signature = {
  name: 'search',
  documentation: 'Ranks by full text.',
  parameters: [
    required('query', 'text', 'The words to look for.'),
    parameter('fields', 'fields', 'The fields to look in.'),
    parameter('fuzzy', 'boolean', 'Finds words with small differences, too.'),
    parameter('minScore', 'number', 'Only documents that score this much.', { type: 'Float' }),
  ],
};

/** The keys of `define handler "name" { … }`. */
export const handlerSignature: Signature = {
  name: 'handler',
  documentation: 'A durable trigger: its mutation runs inside the transaction that caused it.',
  parameters: [
    required('on', 'text', 'What sets it off: `insert`, `update` or `delete`, and a collection.'),
    required('action', 'action', 'The one mutation to run; `$_field` are the document’s fields.'),
  ],
};

const condition = required('if', 'boolean', 'The condition.');

export const directiveSignatures: ReadonlyMap<string, Signature> = signatures([
  ['include', 'Selects the field only if the condition is true.', [condition]],
  ['skip', 'Leaves the field out if the condition is true.', [condition]],
  ['live', 'Turns the query into a live one.', []],
  ['unique', 'No two documents share a value; gives an index.', []],
  ['indexed', 'Gives an index.', []],
  ['primary', 'Unique and not null.', []],
  [
    'default',
    'The value that an insert gets which leaves the field out.',
    [
      parameter('value', 'json', 'The value.'),
      parameter('now', 'boolean', 'The time of the insert.'),
    ],
  ],
  [
    'references',
    'The collection whose `id` this field holds.',
    [required('collection', 'collection', 'The collection, in quotes.')],
  ],
  [
    'validate',
    'Rules that every write must satisfy.',
    [
      parameter('min', 'number', 'The smallest number allowed.', { type: 'Float' }),
      parameter('max', 'number', 'The greatest number allowed.', { type: 'Float' }),
      parameter('minLength', 'number', 'The smallest length allowed.'),
      parameter('maxLength', 'number', 'The greatest length allowed.'),
      parameter('pattern', 'text', 'A regular expression in RE2 syntax.'),
      parameter('format', 'word', 'The form of the text.', {
        words: ['EMAIL', 'URL', 'UUID', 'DATE', 'DATETIME'],
        type: 'EMAIL | URL | UUID | DATE | DATETIME',
      }),
    ],
  ],
  ['open', 'Documents may have fields that the schema does not name.', []],
  [
    'index',
    'An index over several fields, or over a value inside an object.',
    [
      required('fields', 'fields', 'The fields, in quotes; dotted paths reach into objects.'),
      parameter('unique', 'boolean', 'No two documents share the values.'),
      parameter('text', 'boolean', 'Of the words in the one field, for searches.'),
    ],
  ],
]);
