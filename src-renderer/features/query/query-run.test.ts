import { describe, expect, it } from 'vitest';
import { type ResultPart, WireError } from '#contract';
import { QueryRun, type RunSource } from './query-run.ts';

const head = (result: number, title = 'films'): ResultPart => ({
  kind: 'head',
  head: {
    result,
    statementKind: 'query',
    title,
    columns: [{ name: 'n', path: 'n', type: { kind: 'scalar', name: 'Int' }, nullable: false }],
    span: { start: 0, end: 5 },
  },
});
const rows = (result: number, first: number, count: number): ResultPart => ({
  kind: 'rows',
  result,
  batch: { rowCount: count, columns: [Array.from({ length: count }, (_, row) => first + row)] },
});
const summary = (result: number, rowCount: number): ResultPart => ({
  kind: 'summary',
  result,
  summary: { rowCount, rowsRead: rowCount, elapsedMs: 7, truncated: false },
});

/** Gives the parts and counts how many were taken; honours the signal as the real reader does. */
function sourceOf(parts: readonly ResultPart[]) {
  const log = { taken: 0, isClosed: false };
  const source: RunSource = async function* (_text, signal) {
    try {
      for (const part of parts) {
        await Promise.resolve();
        if (signal.aborted) throw new WireError({ code: 'Cancelled', message: 'Cancelled.' });
        log.taken += 1;
        yield part;
      }
    } finally {
      log.isClosed = true;
    }
  };
  return { source, log };
}

function batches(count: number): readonly ResultPart[] {
  return Array.from({ length: count }, (_, batch) => rows(0, batch * 100, 100));
}

/** Lets everything that waits on promises go on. */
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

describe('QueryRun', () => {
  it('goes from idle over running to done, with rows, summary and time', async () => {
    let clock = 100;
    const { source } = sourceOf([head(0), rows(0, 0, 3), summary(0, 3)]);
    const run = new QueryRun(source, { now: () => clock });
    expect(run.snapshot().state).toBe('idle');
    const ended = run.start('query { films { n } }', 0);
    expect(run.snapshot().state).toBe('running');
    clock = 142;
    await ended;
    const { state, results, elapsedMs } = run.snapshot();
    expect({ state, elapsedMs, rows: results[0]?.rows.count }).toEqual({
      state: 'done',
      elapsedMs: 42,
      rows: { rows: 3, isKnown: true },
    });
  });

  it('pulls only as far as somebody looks, and goes on when they scroll', async () => {
    const { source, log } = sourceOf([head(0), ...batches(50), summary(0, 5000)]);
    const run = new QueryRun(source, { marginRows: 250 });
    const ended = run.start('query { films { n } }', 0);
    await settle();
    expect(run.snapshot().state).toBe('waiting');
    expect(log.taken).toBe(1 + 3);
    run.snapshot().results[0]?.rows.want({ start: 0, end: 601 });
    await settle();
    expect(log.taken).toBe(1 + 9);
    expect(run.snapshot().state).toBe('waiting');
    run.snapshot().results[0]?.rows.want({ start: 0, end: 5001 });
    await ended;
    expect(run.snapshot().state).toBe('done');
    expect(run.snapshot().results[0]?.rows.count).toEqual({ rows: 5000, isKnown: true });
  });

  it('reads every result but the last to its end, so that later statements run', async () => {
    const { source } = sourceOf([
      head(0, 'a'),
      ...batches(20),
      summary(0, 2000),
      head(1, 'b'),
      rows(1, 0, 5),
      summary(1, 5),
    ]);
    const run = new QueryRun(source, { marginRows: 100 });
    await run.start('query { a: films { n } b: films { n } }', 0);
    expect(run.snapshot().results.map((result) => result.rows.count.rows)).toEqual([2000, 5]);
  });

  it('cancels at once, closes the source, and shows nothing that comes later', async () => {
    let release: (() => void) | undefined;
    let isClosed = false;
    const run = new QueryRun(async function* () {
      try {
        yield head(0);
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        yield rows(0, 0, 3);
      } finally {
        isClosed = true;
      }
    });
    const ended = run.start('query { films { n } }', 0);
    await settle();
    run.cancel();
    expect(run.snapshot().state).toBe('cancelled');
    release?.();
    await ended;
    expect(run.snapshot().state).toBe('cancelled');
    expect(run.snapshot().results[0]?.rows.count.rows).toBe(0);
    expect(isClosed).toBe(true);
  });

  it('closes a waiting run when it is cancelled', async () => {
    const { source, log } = sourceOf([head(0), ...batches(50)]);
    const run = new QueryRun(source, { marginRows: 10 });
    const ended = run.start('query { films { n } }', 0);
    await settle();
    run.cancel();
    await ended;
    expect(log.isClosed).toBe(true);
    expect(run.snapshot().results[0]?.rows.count.rows).toBe(100);
  });

  it('drops the parts of a run that another one replaced', async () => {
    let release: (() => void) | undefined;
    let runs = 0;
    const run = new QueryRun(async function* () {
      runs += 1;
      if (runs === 1) {
        yield head(0, 'old');
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        yield rows(0, 0, 3);
        return;
      }
      yield head(0, 'new');
      yield rows(0, 0, 1);
      yield summary(0, 1);
    });
    const first = run.start('query { old { n } }', 0);
    await settle();
    const second = run.start('query { new { n } }', 0);
    release?.();
    await Promise.all([first, second]);
    expect(run.snapshot().results.map((result) => result.head.title)).toEqual(['new']);
    expect(run.snapshot().results[0]?.rows.count.rows).toBe(1);
    expect(run.snapshot().state).toBe('done');
  });

  it('moves the places of errors into the document', async () => {
    // biome-ignore lint/correctness/useYield: the run fails before its first part.
    const run = new QueryRun(async function* () {
      throw new WireError({
        code: 'UnknownField',
        message: 'The query has 1 error.',
        diagnostics: [
          {
            code: 'UnknownField',
            severity: 'error',
            span: { start: 16, end: 20 },
            message: '"films" has no field "nope".',
            hint: 'Did you mean "name"?',
          },
        ],
      });
    });
    await run.start('query { films { nope } }', 30);
    expect(run.snapshot().state).toBe('failed');
    expect(run.snapshot().problems).toMatchObject([
      { span: { start: 46, end: 50 }, hint: 'Did you mean "name"?' },
    ]);
  });

  it('keeps the rows that came before a failure', async () => {
    const { source } = sourceOf([
      head(0),
      rows(0, 0, 3),
      {
        kind: 'failed',
        error: { code: 'SnapshotExpired', message: 'The snapshot is too old.' },
        span: { start: 1, end: 2 },
      },
    ]);
    const run = new QueryRun(source);
    await run.start('query { films { n } }', 10);
    expect(run.snapshot().state).toBe('failed');
    expect(run.snapshot().problems[0]?.span).toEqual({ start: 11, end: 12 });
    expect(run.snapshot().results[0]?.rows.count.rows).toBe(3);
  });

  it('stops at the bound of cells and says so', async () => {
    const { source, log } = sourceOf([head(0), ...batches(50), summary(0, 5000)]);
    const run = new QueryRun(source, { cellsMax: 300, marginRows: 100_000 });
    await run.start('query { films { n } }', 0);
    expect(run.snapshot().state).toBe('done');
    expect(run.snapshot().results[0]).toMatchObject({ isCut: true });
    expect(log.isClosed).toBe(true);
  });
});
