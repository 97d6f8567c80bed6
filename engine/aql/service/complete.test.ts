import { describe, expect, it } from 'vitest';
import { engineCollections } from '../engine-collections.ts';
import { sampleCatalog } from '../testdata/sample-catalog.ts';
import { type CompletionItem, complete } from './complete.ts';
import { hover } from './hover.ts';
import { statementAt } from './statement-at.ts';

/** Completes at the bar in the text. */
function at(marked: string): readonly CompletionItem[] {
  const offset = marked.indexOf('|');
  return complete(marked.replace('|', ''), offset, sampleCatalog);
}

const labels = (marked: string) => at(marked).map(({ label }) => label);

const users = [
  'id',
  'name',
  'email',
  'role',
  'age',
  'balance',
  'active',
  'tags',
  'address',
  'extra',
  'born',
  'team_id',
];
const statements = [
  ...['query', 'mutation', 'subscription', 'schema', 'migrate', 'fragment'],
  ...['query with filter', 'page with cursors', 'count and sum', 'count by group'],
  ...['insert document', 'define collection'],
];
const queryRoots = [
  ...['users', 'teams', ...engineCollections.map(({ name }) => name), '__schema', '__type'],
];
const mutations = [
  ...['insertInto', 'insertMany', 'update', 'upsert', 'deleteFrom', 'import', 'export'],
  ...['enqueueJob', 'enqueueJobs', 'cancelJob', 'retryJob', 'transaction'],
];
const rootArguments = [
  ...['where', 'orderBy', 'limit', 'offset', 'first', 'after', 'last', 'before', 'search'],
];
const parts = ['edges', 'pageInfo', 'totalCount', 'aggregate', 'groupBy'];
const documentParts = ['all fields', 'lookup', 'compute', '__typename'];
const intervals = ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];
const intOperators = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'in',
  'notIn',
  'isNull',
  'isNotNull',
];

describe('completion', () => {
  it.each([
    ['|', statements],
    ['{ users { id } }\nqu|', statements],
    ['query { |', queryRoots],
    ['query { alias: | }', queryRoots],
    [
      '{ _indexes { fie|',
      [
        'id',
        'collection',
        'name',
        'fields',
        'unique',
        'text',
        'state',
        'bytes_estimated',
        'use_count',
        'all fields',
        ...parts,
        ...documentParts.slice(1),
      ],
    ],
    ['{ users(|', rootArguments],
    ['{ users(limit: 1, | ) { id } }', rootArguments.filter((name) => name !== 'limit')],
    [
      '{ users(filter: {}, skip: 3, | ) { id } }',
      rootArguments.filter((name) => name !== 'where' && name !== 'offset'),
    ],
    ['{ users(where: { |', [...users, 'and', 'or', 'not']],
    ['{ users(where: { and: [{ age: 1 }, { | }] }) { id } }', [...users, 'and', 'or', 'not']],
    ['{ users(where: { age: { | } }) { id } }', intOperators],
    ['{ users(where: { age: { gt: 1, |', intOperators],
    ['{ users(where: { active: { |', ['eq', 'ne', 'in', 'notIn', 'isNull', 'isNotNull']],
    ['{ users(where: { tags: { size: { |', intOperators],
    ['{ users(where: { active: { eq: | } }) { id } }', ['true', 'false']],
    ['{ users(where: { name: { isNull: |', ['true', 'false']],
    ['{ users(orderBy: { |', users],
    ['{ users(orderBy: [{ name: ASC }, { age: |', ['ASC', 'DESC']],
    [
      '{ users { name age | } }',
      [...users.filter((name) => name !== 'name' && name !== 'age'), 'team', ...documentParts],
    ],
    [
      '{ teams { | } }',
      ['id', 'title', 'users_by_team_id', 'all fields', ...parts, ...documentParts.slice(1)],
    ],
    ['{ teams { aggregate { count } | } }', ['edges', 'pageInfo', 'totalCount', 'groupBy']],
    [
      '{ users { team { | } } }',
      ['id', 'title', 'users_by_team_id', 'all fields', ...documentParts.slice(1)],
    ],
    ['{ teams { users_by_team_id(| ) { id } } }', ['where', 'orderBy', 'limit', 'offset']],
    ['subscription { users(|', ['where']],
    ['{ users { aggregate { | } } }', ['count', 'sum', 'avg', 'min', 'max', 'countDistinct']],
    ['{ users { aggregate { sum(field: "|") } } }', ['age', 'balance', 'extra']],
    [
      '{ users { groupBy(field: "role", |',
      ['fields', 'interval', 'timeZone', 'orderBy', 'having', 'limit'],
    ],
    ['{ users { groupBy(field: "born", interval: |', intervals],
    ['{ users { groupBy(field: "role", orderBy: { |', ['key', 'count', ...users]],
    ['{ users { groupBy(field: "role", having: { count: { |', intOperators],
    ['{ users { groupBy(field: "role") { key | } } }', ['count', 'aggregate', 'nodes']],
    [
      '{ users { groupBy(field: "role") { aggregate { m|',
      ['count', 'sum', 'avg', 'min', 'max', 'countDistinct'],
    ],
    [
      '{ users { edges { node { ag| } } } }',
      [...users, 'team', 'all fields', ...documentParts.slice(1)],
    ],
    ['{ users { pageInfo { hasNextPage | } } }', ['hasPreviousPage', 'startCursor', 'endCursor']],
    ['{ users { lookup(collection: "teams", foreignField: "|', ['id', 'title']],
    ['{ users { lookup(collection: "teams", localField: "|', users],
    [
      '{ users { lookup(collection: "teams", localField: "team_id", foreignField: "id") { ti|',
      [
        'id',
        'title',
        'users_by_team_id',
        'all fields',
        'totalCount',
        'aggregate',
        'groupBy',
        ...documentParts.slice(1),
      ],
    ],
    ['{ users { address { | } } }', []],
    ['{ users { id @| } }', ['include', 'skip']],
    ['query($min: Int, $max: Int) { users(where: { age: { gt: $|', ['min', 'max']],
    ['query($min: Int) { users(limit: |', ['$min']],
    ['mutation { |', mutations],
    ['mutation { transaction { |', mutations],
    ['mutation { update(|', ['collection', 'where', 'data', 'ifVersion']],
    [
      'mutation { update(collection: "users", data: { age: { |',
      ['set', 'increment', 'decrement', 'multiply', 'unset'],
    ],
    [
      'mutation { update(collection: "users", data: { tags: { |',
      ['set', 'push', 'addToSet', 'pull', 'unset'],
    ],
    ['mutation { enqueueJob(jobType: "x", priority: |', ['LOW', 'NORMAL', 'HIGH', 'CRITICAL']],
    ['mutation { export(collection: "users", format: |', ['JSON', 'NDJSON', 'CSV']],
    ['query @|', ['live']],
    ['mutation { insertInto(collection: "|', ['users', 'teams']],
    ['mutation { insertInto(collection: |', ['users', 'teams']],
    ['mutation { insertInto(data: { | }, collection: "teams") { id } }', ['title']],
    ['mutation { deleteFrom(collection: "teams", where: { |', ['id', 'title', 'and', 'or', 'not']],
    [
      'mutation { insertInto(collection: "teams", data: { title: "x" }) { id title users_by_team_id { id } lookup: id compute | } }',
      ['lookup', 'compute', '__typename'],
    ],
    [
      'schema { |',
      [
        'define collection',
        'alter collection',
        'drop collection',
        'define handler',
        'drop handler',
      ],
    ],
    ['schema { alter collection |', ['users', 'teams']],
    ['schema { drop collection if exists |', ['users', 'teams']],
    ['schema { alter collection users { |', ['add', 'drop', 'rename', 'modify']],
    ['schema { alter collection teams { drop |', ['title', 'index']],
    ['schema { alter collection teams { rename title |', ['to']],
    [
      'schema { alter collection teams { add age: Int @indexed drop title |',
      ['add', 'drop', 'rename', 'modify'],
    ],
    ['schema { define handler "w" { on: "insert users", |', ['action']],
    ['schema { define handler "w" { on: "insert users", action: { |', mutations],
    ['migrate { |', ['"version"']],
    [
      'migrate { "v1": { |',
      ['create collection', 'alter collection', 'migrate data in', 'drop collection'],
    ],
    ['migrate { "v1": { migrate data in |', ['users', 'teams']],
    ['migrate { "v1": { migrate data in teams { |', ['set', 'where']],
    ['migrate { "v1": { migrate data in teams { set |', ['id', 'title']],
    ['migrate { "v1": { migrate data in users { set role = "x" where { age: { |', intOperators],
    [
      'migrate { "v1": { migrate data in teams { set title = |',
      ['id', 'title', 'concat', 'lower', 'upper', 'trim', 'coalesce', 'if', 'now', 'uuid'],
    ],
    [
      'schema { define collection x { a: | } }',
      ['String', 'Int', 'Float', 'Boolean', 'Uuid', 'DateTime', 'Object', 'Any'],
    ],
    [
      'schema { define collection x { a: [|',
      ['String', 'Int', 'Float', 'Boolean', 'Uuid', 'DateTime', 'Object', 'Any'],
    ],
    [
      'schema { define collection x { a: String @|',
      ['unique', 'indexed', 'default', 'references', 'validate', 'primary'],
    ],
    ['schema { define collection x @| { } }', ['open', 'index']],
    ['schema { define collection x { a: Uuid @references(collection: "|', ['users', 'teams']],
    ['fragment F on |', ['users', 'teams']],
    ['fragment F on teams { title } { teams { ...| } }', ['F', 'on']],
    ['{ users { name } } # |', []],
    ['{ users(where: { name: { eq: "|" } }) { id } }', []],
  ])('offers at %s', (marked, expected) => {
    expect(labels(marked)).toEqual(expected);
  });

  it('replaces the word that is under way', () => {
    const [item] = at('{ users(wh|e) { id } }');
    expect(item?.replaceSpan).toEqual({ start: 8, end: 11 });
  });

  it('writes what belongs behind a name, unless it stands there', () => {
    expect(at('{ users(wh|').map(({ insertText }) => insertText)[0]).toBe('where: { $0 }');
    expect(at('{ users(wh|: {}) { id } }').map(({ insertText }) => insertText)[0]).toBe('where');
  });
});

describe('completion of values', () => {
  const samples = {
    'users.role': [
      { value: 'member', count: 700 },
      { value: 'say "hi"', count: 3 },
    ],
    'users.active': [{ value: true, count: 9 }],
    'users.age': [{ value: 30, count: 12 }],
    'users.tags': [{ value: 'rust', count: 5 }],
    'users.address.city': [{ value: 'Rome', count: 4 }],
  };
  const offered = (marked: string) => {
    const offset = marked.indexOf('|');
    const catalog = { ...sampleCatalog, samples };
    return [...complete(marked.replace('|', ''), offset, catalog)]
      .sort((a, b) => (a.sortText < b.sortText ? -1 : 1))
      .map(({ insertText, detail }) =>
        detail === undefined ? insertText : `${insertText} ${detail}`,
      );
  };

  it.each([
    ['{ users(where: { role: { eq: |', ['"member" × 700', '"say \\"hi\\"" × 3']],
    ['{ users(where: { role: { in: ["|"] } }) { id } }', ['member × 700', 'say \\"hi\\" × 3']],
    ['{ users(where: { role: |', ['"member" × 700', '"say \\"hi\\"" × 3']],
    ['{ users(where: { active: { eq: |', ['true × 9', 'false']],
    ['{ users(where: { tags: { contains: |', ['"rust" × 5']],
    ['{ users(where: { address: { city: { eq: |', ['"Rome" × 4']],
    ['{ users(where: { address: { city: |', ['"Rome" × 4']],
    ['{ users(where: { "address.city": { eq: |', ['"Rome" × 4']],
    [
      'mutation { insertInto(collection: "users", data: { role: |',
      ['"member" × 700', '"say \\"hi\\"" × 3'],
    ],
    ['{ users(where: { age: { isNull: |', ['true', 'false']],
    [
      'query($a: String, $b: Int, $c: [Int!]) { users(where: { age: { gt: |',
      ['30 × 12', '\\$b Int', '\\$a String', '\\$c [Int!]'],
    ],
    [
      'query($a: String, $b: Int, $c: [Int!]) { users(where: { age: { in: |',
      ['30 × 12', '\\$c [Int!]', '\\$a String', '\\$b Int'],
    ],
    ['query($a: Int, $b: Boolean) { users { id @include(if: $|', ['b Boolean', 'a Int']],
  ])('offers at %s', (marked, expected) => {
    expect(offered(marked)).toEqual(expected);
  });

  it('names what documents have below an object', () => {
    expect(offered('{ users(where: { address: { |')[0]).toBe('city: { $0 } found in documents');
    expect(offered('{ users { address { |')).toEqual(['city found in documents']);
  });

  it('inserts all fields at once', () => {
    const [all] = at('{ teams { | } }').filter(({ label }) => label === 'all fields');
    expect(all?.insertText).toBe('id title');
  });
});

describe('hover', () => {
  const over = (marked: string) =>
    hover(marked.replace('|', ''), marked.indexOf('|'), sampleCatalog)?.markdown;

  it.each([
    ['{ us|ers { id } }', 'collection users'],
    ['{ users { a|ge } }', 'age: Int'],
    ['{ users(where: { a|ge: { gt: 1 } }) { id } }', 'Indexed.'],
    ['{ users(where: { age: { g|t: 1 } }) { id } }', 'Greater than.'],
    ['{ users(wh|ere: {}) { id } }', 'Only documents'],
    ['mutation { in|sertInto(collection: "users", data: {}) { id } }', 'Inserts'],
    ['mutation { insertInto(collection: "us|ers", data: {}) { id } }', 'collection users'],
    ['schema { define collection x { a: I|nt } }', 'whole number'],
    ['query($a: [Int!]) { users(limit: $|a) { id } }', '$a: [Int!]'],
    ['{ users { t|eam { title } } }', 'team: teams'],
    ['{ users { ag|gregate { count } } }', 'Numbers over all'],
    ['{ users { groupBy(int|erval: DAY) { key } } }', 'Truncates'],
    ['{ teams { ...|F } } fragment F on teams { id }', 'fragment F on teams'],
    ['{ users { id @in|clude(if: true) } }', '@include(if: Boolean!)'],
    ['{ users { lookup(collection: "teams", localField: "ag|e") { id } } }', 'Field of `users`'],
    ['schema { alter collection us|ers { drop age } }', 'collection users'],
    ['migrate { "1": { migrate data in users { set age = low|er(name) } } }', 'lower case'],
  ])('tells about %s', (marked, expected) => {
    expect(over(marked)).toContain(expected);
  });

  it('is silent about what nobody knows', () => {
    expect(over('{ users { n|ope } }')).toBeUndefined();
    expect(over('{ users { const|ructor } }')).toBeUndefined();
    expect(over('schema { define collection x { a: to|String } }')).toBeUndefined();
  });

  it('shows what documents hold', () => {
    const samples = { 'users.role': [{ value: 'member', count: 700 }] };
    const found = hover('{ users { role } }', 11, { ...sampleCatalog, samples });
    expect(found?.markdown).toContain('In a sample: `"member"` × 700.');
  });

  it('shows about how many different values a field has', () => {
    const distinctCounts = { 'users.role': 3, 'users.age': 1_234, 'users.email': 9 };
    const catalog = { ...sampleCatalog, distinctCounts };
    expect(hover('{ users { role } }', 11, catalog)?.markdown).toContain(
      'About 3 different values.',
    );
    const offered = complete('{ users(where: {  }) { id } }', 17, catalog);
    const details = new Map(offered.map(({ label, detail }) => [label, detail]));
    expect(details.get('age')).toMatch(/≈ 1,234 values$/);
    // That a field is unique says it better.
    expect(details.get('email')).not.toContain('≈');
  });
});

describe('statementAt', () => {
  const text = `fragment F on users { id }
query A { users { name } }

query B { users { ...F } }   # here
mutation { deleteFrom(collection: "users", where: {}) { id } }`;

  it('gives the statement around a place with the fragments that it uses, places kept', () => {
    const found = statementAt(text, text.indexOf('...F'));
    expect(found?.name).toBe('B');
    expect(found?.runText).toBe(
      `fragment F on users { id }\n${' '.repeat(26)}\n\nquery B { users { ...F } }`,
    );
    expect(found?.runSpan).toEqual({ start: 0, end: text.indexOf('   # here') });
  });

  it('takes the statement that ends on the line, else the next', () => {
    expect(statementAt(text, text.indexOf('here'))?.name).toBe('B');
    expect(statementAt(text, text.indexOf('\n\nquery B') + 1)?.name).toBe('B');
    expect(statementAt(text, text.length)?.kind).toBe('mutation');
  });

  it('finds a statement that does not parse', () => {
    const broken = '{ a { b } }\n\nquery B { users {';
    expect(statementAt(broken, broken.length)?.runText).toBe('query B { users {');
  });

  it('finds nothing in a text without statements', () => {
    expect(statementAt('# only a comment', 3)).toBeUndefined();
  });
});
