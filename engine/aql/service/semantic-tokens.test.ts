import { describe, expect, it } from 'vitest';
import { sampleCatalog } from '../testdata/sample-catalog.ts';
import { semanticTokens } from './semantic-tokens.ts';

const kinds = (text: string) =>
  semanticTokens(text, sampleCatalog)
    .map(({ kind, span }) => `${text.slice(span.start, span.end)}:${kind}`)
    .join(' ');

describe('semantic tokens', () => {
  it.each([
    [
      'query Q($a: Int = 1) @live { p: users(where: { age: { gt: $a }, and: [] }, orderBy: { age: DESC }) { id x: name ...F } }',
      'query:keyword Q:fragment a:variable Int:type live:annotation p:alias users:collection where:argument age:field gt:operator a:variable and:operator orderBy:argument age:field DESC:constant id:field x:alias name:field F:fragment',
    ],
    [
      'fragment on on users { ... on users { id } }',
      'fragment:keyword on:fragment on:keyword users:collection on:keyword users:collection id:field',
    ],
    [
      'mutation { update(collection: "users", data: { age: { increment: 1 } }) { id } }',
      'update:function collection:argument users:collection data:argument age:field increment:operator id:field',
    ],
    [
      '{ users { aggregate { n: sum(field: "age") } edges { node { query } } } }',
      'users:collection aggregate:function n:alias sum:function field:argument age:field edges:function node:key query:field',
    ],
    [
      'schema { define collection if not exists if @open { on: Int! @default(value: true) } drop collection if exists drop }',
      'schema:keyword define:keyword collection:keyword if:keyword not:keyword exists:keyword if:collection open:annotation on:field Int:type default:annotation value:argument true:constant drop:keyword collection:keyword if:keyword exists:keyword drop:collection',
    ],
    [
      'migrate { "v": { alter collection users { add add: Int drop drop rename a to b add index (a, b) unique modify to: Int } migrate data in users { set a = lower(b) where { a: 1 } set c = d } } }',
      'migrate:keyword v:string alter:keyword collection:keyword users:collection add:keyword add:field Int:type drop:keyword drop:field rename:keyword a:field to:keyword b:field add:keyword index:keyword a:field b:field unique:keyword modify:keyword to:field Int:type migrate:keyword data:keyword in:keyword users:collection set:keyword a:field lower:function b:field where:keyword a:field set:keyword c:field d:field',
    ],
  ])('tell what the words are in %s', (text, expected) => {
    const withKeyword = text.startsWith('mutation') ? `mutation:keyword ${expected}` : expected;
    expect(kinds(text)).toBe(withKeyword);
  });

  it('read a text that breaks off', () => {
    expect(kinds('{ users(where: { age: { gt')).toBe(
      'users:collection where:argument age:field gt:operator',
    );
  });
});
