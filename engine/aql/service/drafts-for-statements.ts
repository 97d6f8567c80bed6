/* What completion offers where statements, blocks and their parts begin. */
import type { CatalogShape } from '../catalog-shape.ts';
import type { Frame } from './cursor-frame.ts';
import { type Draft, hole } from './draft.ts';
import { collectionDrafts, fieldDrafts } from './drafts-for-fields.ts';
import { expressionFunctions, statementMeanings } from './word-meanings.ts';

const statementSnippets: Readonly<Record<string, string>> = {
  query: 'query {\n\t$0\n}',
  mutation: 'mutation {\n\t$0\n}',
  subscription: 'subscription {\n\t$0\n}',
  schema: 'schema {\n\t$0\n}',
  migrate: `migrate {\n\t"${hole(1, 'v1.0.0')}": {\n\t\t$0\n\t}\n}`,
  fragment: 'fragment $1 on $2 {\n\t$0\n}',
};

const patterns: readonly (readonly [label: string, meaning: string, snippet: string])[] = [
  [
    'query with filter',
    'Documents that satisfy a filter, in order.',
    `query {\n\t$1(where: { $2 }, orderBy: { $3 }, limit: ${hole(4, '20')}) {\n\t\t$0\n\t}\n}`,
  ],
  [
    'page with cursors',
    'The first documents of a page, and how to go on.',
    `query {\n\t$1(first: ${hole(2, '20')}) {\n\t\tedges { cursor node { $0 } }\n\t\tpageInfo { hasNextPage endCursor }\n\t}\n}`,
  ],
  [
    'count and sum',
    'Numbers over all documents that satisfy a filter.',
    'query {\n\t$1 {\n\t\taggregate { count sum(field: "$0") }\n\t}\n}',
  ],
  [
    'count by group',
    'How many documents there are for each value of a field.',
    'query {\n\t$1 {\n\t\tgroupBy(field: "$0", orderBy: { count: DESC }) { key count }\n\t}\n}',
  ],
  [
    'insert document',
    'A mutation that inserts a document.',
    'mutation {\n\tinsertInto(collection: "$1", data: { $0 }) { id }\n}',
  ],
  [
    'define collection',
    'A schema block with a new collection.',
    'schema {\n\tdefine collection $1 {\n\t\t$0\n\t}\n}',
  ],
];

export function documentDrafts(frame: Frame): Draft[] {
  if (frame.words.length > 0) return [];
  return [
    ...Object.entries(statementMeanings).map(
      ([label, documentation]): Draft => ({
        label,
        kind: 'keyword',
        documentation,
        snippet: statementSnippets[label],
      }),
    ),
    ...patterns.map(
      ([label, documentation, snippet]): Draft => ({
        label,
        kind: 'snippet',
        documentation,
        snippet,
        rank: 7,
      }),
    ),
  ];
}

/** What `schema { … }`, and a version of `migrate { … }`, are made of. */
export function blockDrafts(frame: Frame, catalog: CatalogShape): Draft[] {
  const [first, second, third] = frame.words;
  const last = frame.words.at(-1);
  if (first === undefined) return frame.area === 'schema' ? schemaStatements : migrationSteps;
  if (first === 'migrate') {
    if (second === undefined) return [keyword('data in')];
    return last === 'in' ? collectionDrafts(catalog) : [];
  }
  if (second === undefined) {
    const isSchema = frame.area === 'schema' && first !== 'alter';
    return [keyword('collection'), ...(isSchema ? [keyword('handler')] : [])];
  }
  if (second !== 'collection') return [];
  const isExisting = first === 'alter' || first === 'drop';
  if (third === undefined) {
    if (first === 'alter') return collectionDrafts(catalog);
    const condition = first === 'drop' ? 'if exists' : 'if not exists';
    return [keyword(condition), ...(isExisting ? collectionDrafts(catalog) : [])];
  }
  return last === 'exists' && isExisting ? collectionDrafts(catalog) : [];
}

const keyword = (label: string, documentation?: string, snippet?: string): Draft => ({
  label,
  kind: 'keyword',
  documentation,
  snippet,
});

const alter = keyword(
  'alter collection',
  'Changes the fields and indexes of a collection.',
  'alter collection $1 {\n\t$0\n}',
);
const drop = keyword('drop collection', 'Drops a collection with its documents.');

const schemaStatements: Draft[] = [
  keyword('define collection', 'Defines a collection.', 'define collection $1 {\n\t$0\n}'),
  alter,
  drop,
  keyword(
    'define handler',
    'Registers a trigger whose mutation runs with the change that caused it.',
    'define handler "$1" {\n\ton: "insert $2",\n\taction: { $0 }\n}',
  ),
  keyword('drop handler', 'Removes a trigger.', 'drop handler "$0"'),
];

const migrationSteps: Draft[] = [
  keyword('create collection', 'Creates a collection.', 'create collection $1 {\n\t$0\n}'),
  alter,
  keyword(
    'migrate data in',
    'Changes the documents of a collection.',
    'migrate data in $1 {\n\tset $0\n}',
  ),
  drop,
];

/** What may stand in `alter collection x { … }`. */
export function alterDrafts(frame: Frame): Draft[] {
  const [action, name] = frame.words.filter((word) => !word.startsWith('@'));
  const isStarted = frame.words.length === 1 || (action === 'rename' && frame.words.length < 4);
  if (!isStarted) return alterActions;
  if (action === 'rename' && name !== undefined) {
    return frame.words.length === 2 ? [keyword('to')] : [];
  }
  const index = keyword('index', 'An index over several fields.', 'index ($0)');
  const text = keyword(
    'index … text',
    'An index of the words in one field, for searches.',
    'index ($0) text',
  );
  if (action === 'add') return [index, text];
  const fields = fieldDrafts(frame.collection).filter(({ label }) => label !== 'id');
  return action === 'drop' ? [...fields, index] : fields;
}

const alterActions: Draft[] = [
  keyword('add', 'Adds a field or an index.', 'add $0'),
  keyword('drop', 'Drops a field or an index.', 'drop $0'),
  keyword('rename', 'Gives a field another name.', 'rename $1 to $0'),
  keyword('modify', 'Gives a field another type.', 'modify $1: $0'),
];

export const versionDrafts: Draft[] = [
  {
    label: '"version"',
    kind: 'snippet',
    documentation: 'A version; versions run in the order written, each atomically, each once.',
    snippet: `"${hole(1, 'v1.0.0')}": {\n\t$0\n}`,
  },
];

/** What may stand in `migrate data in x { … }`. */
export function dataStepDrafts(frame: Frame): Draft[] {
  if (frame.words.length === 1 && frame.words[0] === 'set') {
    return fieldDrafts(frame.collection, (name) => `${name} = $0`);
  }
  return [
    keyword('set', 'Gives a field a value.', 'set $1 = $0'),
    keyword('where', 'Only documents that satisfy this filter.', 'where { $0 }'),
  ];
}

export function expressionDrafts(frame: Frame): Draft[] {
  const functions = Object.entries(expressionFunctions).map(
    ([name, documentation]): Draft => ({
      label: name,
      kind: 'function',
      documentation,
      snippet: `${name}($0)`,
    }),
  );
  return [...fieldDrafts(frame.collection), ...functions];
}
