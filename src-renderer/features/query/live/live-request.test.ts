import { describe, expect, it } from 'vitest';
import type { ResultHead } from '#contract';
import { ResultRows } from '../../../grid/result-rows.ts';
import { liveRequest, liveRowsMax } from './live-request.ts';

const text =
  'query One { a { id } }\nquery Two($n: Int) { b(limit: $n) { id } }\nmutation { m { id } }';

function resultOf(statementKind: ResultHead['statementKind'], statement: string, of = text) {
  const start = of.indexOf(statement);
  const rows = new ResultRows(1);
  rows.complete();
  return {
    head: {
      ...{ result: 0, statementKind, title: 'a', columns: [] },
      span: { start, end: start + statement.length },
    },
    rows,
  };
}

describe('what is followed for a result', () => {
  it('is the statement by its name, with its own variables', () => {
    const statement = 'query Two($n: Int) { b(limit: $n) { id } }';
    const run = { text, variables: { n: 5, other: 1 } };
    expect(liveRequest(run, resultOf('query', statement))).toEqual({
      kind: 'request',
      isAsked: false,
      request: { kind: 'query', text, operationName: 'Two', variables: { n: 5 } },
    });
  });

  it('is the whole text when it is one statement, fragments included', () => {
    const whole = 'fragment F on a { id }\n{ a { ...F } }';
    expect(liveRequest({ text: whole }, resultOf('query', '{ a { ...F } }', whole))).toEqual({
      kind: 'request',
      isAsked: false,
      request: { kind: 'query', text: whole },
    });
  });

  it('is a part of the text for a statement without a name', () => {
    const two = '{ a { id } }\n{ b { id } }';
    expect(liveRequest({ text: two }, resultOf('query', '{ b { id } }', two))).toMatchObject({
      request: { text: '{ b { id } }' },
    });
  });

  it('is nothing for what was carried out once, what is too long, and what is not all there', () => {
    const query = resultOf('query', 'query One { a { id } }');
    const summary = { rowCount: liveRowsMax + 1, rowsRead: 0, elapsedMs: 0, truncated: false };
    const reasons = [
      liveRequest({ text }, resultOf('mutation', 'mutation { m { id } }')),
      liveRequest({ text }, { ...query, summary }),
      liveRequest({ text }, { ...query, rows: new ResultRows(1) }),
    ].map((request) => (request.kind === 'refused' ? request.reason : ''));
    expect(reasons).toEqual([
      expect.stringContaining('Only a query'),
      expect.stringContaining('at most 50,000 rows'),
      expect.stringContaining('read to its end'),
    ]);
  });

  it.each([
    ['query @live { a { id } }', true],
    ['query One($f: Any = { x: "@live" }) @live { a { id } }', true],
    ['query One { a(where: { x: { eq: "@live" } }) { id } } # @live', false],
    ['{ a { id } }', false],
  ])('is asked for by the text: %s', (whole, isAsked) => {
    const request = liveRequest({ text: whole }, resultOf('query', whole, whole));
    expect(request).toMatchObject({ kind: 'request', isAsked });
  });
});
