import { describe, expect, it } from 'vitest';
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
    ['|', ['query', 'mutation', 'schema', 'fragment']],
    ['{ users { id } }\nqu|', ['query', 'mutation', 'schema', 'fragment']],
    ['query { |', ['users', 'teams']],
    ['query { alias: | }', ['users', 'teams']],
    ['{ users(|', ['where', 'orderBy', 'limit', 'offset']],
    ['{ users(limit: 1, | ) { id } }', ['where', 'orderBy', 'offset']],
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
    ['{ users { name age | } }', users.filter((name) => name !== 'name' && name !== 'age')],
    ['{ users { address { | } } }', []],
    ['{ users { id @| } }', ['include', 'skip']],
    ['query($min: Int, $max: Int) { users(where: { age: { gt: $|', ['min', 'max']],
    ['query($min: Int) { users(limit: |', ['$min']],
    ['mutation { |', ['insertInto', 'insertMany', 'update', 'deleteFrom']],
    ['mutation { update(|', ['collection', 'data', 'where']],
    ['mutation { insertInto(collection: "|', ['users', 'teams']],
    ['mutation { insertInto(collection: |', ['users', 'teams']],
    ['mutation { insertInto(data: { | }, collection: "teams") { id } }', ['title']],
    ['mutation { deleteFrom(collection: "teams", where: { |', ['id', 'title', 'and', 'or', 'not']],
    ['mutation { insertInto(collection: "teams", data: { title: "x" }) { | } }', ['id', 'title']],
    ['schema { |', ['define collection', 'drop collection']],
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
  ])('tells about %s', (marked, expected) => {
    expect(over(marked)).toContain(expected);
  });

  it('is silent about what nobody knows', () => {
    expect(over('{ users { n|ope } }')).toBeUndefined();
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
