import { describe, expect, it } from 'vitest';
import { sampleCatalog } from '../testdata/sample-catalog.ts';
import { signatureHelp } from './signature-help.ts';

/** The label at the bar, with the active parameter in angle brackets. */
function at(marked: string): string | undefined {
  const help = signatureHelp(marked.replace('|', ''), marked.indexOf('|'), sampleCatalog);
  if (help === undefined) return undefined;
  const active = help.parameters[help.activeParameter ?? -1];
  if (active === undefined) return help.label;
  const { start, end } = active;
  return `${help.label.slice(0, start)}<${help.label.slice(start, end)}>${help.label.slice(end)}`;
}

const deleteFrom = 'deleteFrom(collection: Collection!, where: Filter!, ifVersion: String)';

describe('signature help', () => {
  it.each([
    ['mutation { deleteFrom(|', deleteFrom.replace('collection: Collection!', '<$&>')],
    [
      'mutation { deleteFrom(collection: "us|ers", where: {}) { id } }',
      deleteFrom.replace('collection: Collection!', '<$&>'),
    ],
    ['mutation { deleteFrom(collection: "users", |', deleteFrom.replace('where: Filter!', '<$&>')],
    [
      'mutation { deleteFrom(collection: "users", where: { age: { gt: | } }) { id } }',
      deleteFrom.replace('where: Filter!', '<$&>'),
    ],
    ['mutation { deleteFrom(filter: |', deleteFrom.replace('where: Filter!', '<$&>')],
    [
      'mutation { deleteFrom(collection: "users", where: {} |) { id } }',
      deleteFrom.replace('ifVersion: String', '<$&>'),
    ],
    ['{ users { aggregate { sum(|', 'sum(<field: Field!>)'],
    [
      '{ users(search: { query: "x", fuz|',
      'search(query: String!, fields: [Field], <fuzzy: Boolean>, minScore: Float)',
    ],
    ['{ users { id @include(|', 'include(<if: Boolean!>)'],
  ])('says at %s', (marked, expected) => {
    expect(at(marked)).toBe(expected);
  });

  it.each([
    ['{ users(off|', 'offset: Int'],
    ['{ users { groupBy(field: "role", interval: |', 'interval: '],
    ['{ users { lookup(collection: "teams", |', 'localField: Field!'],
    ['{ teams { users_by_team_id(wh|', 'where: Filter'],
    ['mutation { enqueueJob(jobType: "x", priority: |', 'priority: LOW | NORMAL | HIGH | CRITICAL'],
  ])('marks the parameter at %s', (marked, expected) => {
    expect(at(marked)).toContain(`<${expected}`);
  });

  it.each([
    '{ users| { id } }',
    '|',
    'query Q(|',
    'mutation { nope(|',
    '{ users(limit: 1) { id| } }',
  ])('is silent at %s', (marked) => {
    expect(at(marked)).toBeUndefined();
  });
});
