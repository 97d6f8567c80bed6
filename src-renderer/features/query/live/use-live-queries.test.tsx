// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, it } from 'vitest';
import type { DatabaseId, ResultHead } from '#contract';
import { Client } from '../../../client/client.ts';
import { ClientProvider } from '../../../client/client-context.tsx';
import { ResultRows } from '../../../grid/result-rows.ts';
import type { QueryResult, RunSnapshot } from '../query-run.ts';
import { useLiveQueries } from './use-live-queries.ts';

afterEach(cleanup);

const text = 'query { films { title } }';
const database = 'd1' as DatabaseId;
// Never started: what is followed tells nothing.
const client = new Client({ kind: 'browser', open: () => Promise.reject(new Error('no host')) });

function resultOf(statementKind: ResultHead['statementKind'], isWhole: boolean): QueryResult {
  const rows = new ResultRows(1);
  if (isWhole) rows.complete();
  return {
    head: {
      ...{ result: 0, statementKind, title: 'films', columns: [] },
      span: { start: 0, end: text.length },
    },
    columns: [
      { name: 'title', path: 'title', nullable: true, type: { kind: 'scalar', name: 'String' } },
    ],
    rows,
    isCut: false,
  };
}

function runOf(run: number, isDone = true, kind: ResultHead['statementKind'] = 'query') {
  const results = [resultOf(kind, isDone)];
  const snapshot: RunSnapshot = {
    ...{ state: isDone ? 'done' : 'running', run, text, results },
    ...{ offset: 0, startedAt: 0, problems: [] },
  };
  return snapshot;
}

function open(first: RunSnapshot) {
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <ClientProvider value={client}>{children}</ClientProvider>
  );
  return renderHook((run: RunSnapshot) => useLiveQueries(database, run, run.results[0]), {
    initialProps: first,
    wrapper,
  });
}

// With the next run in its tab a result that was live fell back to Paused.
it('keeps following what is run next in the same tab, once it is all there', () => {
  const { result, rerender } = open(runOf(1));
  expect([result.current.mode, result.current.query]).toEqual(['paused', undefined]);
  act(() => result.current.setMode('tail'));
  const before = result.current.query;
  rerender(runOf(2, false));
  expect(result.current.query).toBeUndefined();
  rerender(runOf(2));
  expect(result.current.mode).toBe('tail');
  expect([result.current.query === undefined, result.current.query === before]).toEqual([
    false,
    false,
  ]);
});

it('follows nothing that was paused before, or that cannot be followed', () => {
  const { result, rerender } = open(runOf(1));
  act(() => result.current.setMode('live'));
  rerender(runOf(2, true, 'mutation'));
  expect([result.current.mode, result.current.query]).toEqual(['paused', undefined]);
  rerender(runOf(3));
  expect(result.current.mode).toBe('live');
  act(() => result.current.setMode('paused'));
  rerender(runOf(4));
  expect([result.current.mode, result.current.query]).toEqual(['paused', undefined]);
});
