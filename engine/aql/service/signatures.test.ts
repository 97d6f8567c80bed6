import { describe, expect, it } from 'vitest';
import { bind } from '../binding/bind.ts';
import { parse } from '../syntax/parse.ts';
import { sampleCatalog } from '../testdata/sample-catalog.ts';
import { complete } from './complete.ts';
import type { Signature } from './signature.ts';
import {
  aggregateSignatures,
  directiveSignatures,
  mutationSignatures,
  relationSignature,
  rootSignature,
  searchSignature,
  selectionSignatures,
  subscriptionSignature,
} from './signatures.ts';

/** Every argument of a signature in every spelling, in a text where it is the only one. */
function cases(
  signatures: Iterable<Signature>,
  textOf: (name: string, argument: string) => string,
): [string][] {
  return [...signatures].flatMap(({ name, parameters }) =>
    parameters.flatMap((parameter) =>
      [parameter.name, ...parameter.aliases].map((argument): [string] => [textOf(name, argument)]),
    ),
  );
}

const plain = (name: string) => ['groupBy', 'nodes', 'lookup'].includes(name);
const inSelection = [...selectionSignatures.values()];

describe('what the service offers, the binder knows', () => {
  it.each([
    ...cases([rootSignature('users')], (_, argument) => `{ users(${argument}: null) { id } }`),
    ...cases(
      [relationSignature('users_by_team_id')],
      (name, argument) => `{ teams { ${name}(${argument}: null) { id } } }`,
    ),
    ...cases(
      [subscriptionSignature('users')],
      (name, argument) => `subscription { ${name}(${argument}: null) { id } }`,
    ),
    ...cases(
      mutationSignatures.values(),
      (name, argument) => `mutation { ${name}(${argument}: null) { id } }`,
    ),
    ...cases(
      aggregateSignatures.values(),
      (name, argument) => `{ users { aggregate { ${name}(${argument}: null) } } }`,
    ),
    ...cases(
      inSelection.filter(({ name }) => name === 'lookup'),
      (name, argument) => `{ users { ${name}(${argument}: null) { id } } }`,
    ),
    ...cases(
      inSelection.filter(({ name }) => name === 'groupBy'),
      (name, argument) => `{ users { ${name}(${argument}: null) { count } } }`,
    ),
    ...cases(
      inSelection.filter(({ name }) => name === 'nodes'),
      (name, argument) =>
        `{ users { groupBy(field: "role") { ${name}(${argument}: null) { id } } } }`,
    ),
    ...cases([searchSignature], (_, argument) => `{ users(search: { ${argument}: null }) { id } }`),
    ...cases(
      ['include', 'skip'].flatMap((name) => directiveSignatures.get(name) ?? []),
      (name, argument) => `{ users { id @${name}(${argument}: true) } }`,
    ),
    ...cases(
      ['default', 'references', 'validate'].flatMap((name) => directiveSignatures.get(name) ?? []),
      (name, argument) => `schema { define collection x { a: Int @${name}(${argument}: null) } }`,
    ),
    ...cases(
      ['index'].flatMap((name) => directiveSignatures.get(name) ?? []),
      (name, argument) => `schema { define collection x @${name}(${argument}: null) { a: Int } }`,
    ),
  ])('%s', (text) => {
    const { document, diagnostics } = parse(text);
    const found = [...diagnostics, ...bind(document, sampleCatalog).diagnostics];
    const unknown = found.filter(({ code }) =>
      ['UnknownArgument', 'UnknownOperation', 'UnknownDirective', 'SyntaxError'].includes(code),
    );
    expect(unknown).toEqual([]);
  });

  it('offers only what signatures name as functions of selections', () => {
    expect(inSelection.filter(({ name }) => !plain(name)).map(({ name }) => name)).toEqual([
      'compute',
    ]);
  });

  it.each([
    '{ users { | } }',
    '{ users { aggregate { | } } }',
    '{ users { groupBy(field: "role") { | } } }',
    '{ users { pageInfo { | } edges { cursor } } }',
    '{ users { edges { | } } }',
    '{ users { edges { node { | } } } }',
    '{ users { team { | } } }',
    'mutation { update(collection: "users", where: {}, data: {}) { | } }',
    'subscription { users { | } }',
    '{ teams { lookup(collection: "users", localField: "id", foreignField: "team_id") { | } } }',
    '{ teams { users_by_team_id { | } } }',
    '{ users { groupBy(field: "role") { nodes { | } } } }',
  ])('whatever is offered in %s can be selected', (marked) => {
    const offset = marked.indexOf('|');
    const text = marked.replace('|', '');
    const wrong = complete(text, offset, sampleCatalog).flatMap(({ label, insertText, kind }) => {
      if (kind === 'snippet' || label === 'lookup' || label === 'compute') return [];
      const filled = insertText.replace('$1', 'role').replace(/\$\{\d:(\w+)\}/g, '$1');
      const field = label === 'countDistinct' || !label.match(/sum|avg/) ? 'role' : 'age';
      const inserted = filled.replace(/(?<=")\$0|\$0(?=")/, field).replace(/ ?\$0/, nested(label));
      const whole = text.slice(0, offset) + inserted + text.slice(offset);
      const { document, diagnostics } = parse(whole);
      const all = [...diagnostics, ...bind(document, sampleCatalog).diagnostics];
      return all.map(({ code, message }) => `${whole}: ${code} ${message}`);
    });
    expect(wrong).toEqual([]);
  });
});

/** What a cursor place is filled with where something must stand. */
function nested(label: string): string {
  return ['count', 'aggregate', 'groupBy'].includes(label) ? '' : ' id';
}
