import type { RowCount } from '../../grid/row-model.ts';
import type { QueryResult, RunProgress, RunSnapshot } from './query-run.ts';

/** `12 ms`, `1.24 s`, `2 min 5 s`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1) return '< 1 ms';
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(2)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `1 row`, `1,234 rows`. */
export function countText(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : `${noun}s`}`;
}

/** `4,200 of 20,434 read`. */
export function progressText({ readCount, expectedCount }: RunProgress): string {
  return `${readCount.toLocaleString('en-US')} of ${expectedCount.toLocaleString('en-US')} read`;
}

/** How much of a result is there: `48 rows`, or `1,000 rows loaded, more as you scroll`. */
export function loadedText(count: RowCount, result: QueryResult, run: RunSnapshot): string {
  if (result.head.statementKind === 'subscription') {
    const events = countText(count.rows, 'event');
    return run.state === 'running' ? `${events} so far, until you cancel` : events;
  }
  if (count.isKnown) {
    const cut = result.summary?.truncated === true ? ', cut by the host' : '';
    return `${countText(count.rows, 'row')}${cut}`;
  }
  const rows = count.rows.toLocaleString('en-US');
  if (result.isCut) return `Stopped at ${rows} rows; narrow the query to see the others`;
  if (run.state === 'cancelled') return `${rows} rows loaded, then cancelled`;
  if (run.state === 'failed') return `${rows} rows loaded before the failure`;
  return `${rows} rows loaded, more as you scroll`;
}

/** The line at the right of the toolbar: how long, how many. */
export function runText(run: RunSnapshot): string {
  switch (run.state) {
    case 'idle':
      return '';
    case 'running':
      return 'Running';
    case 'cancelled':
      return `Cancelled after ${durationText(run.elapsedMs ?? 0)}`;
    case 'failed':
      return `Failed after ${durationText(run.elapsedMs ?? 0)}`;
    case 'waiting':
    case 'done':
      return durationText(engineMs(run) ?? run.elapsedMs ?? 0);
  }
}

/** Time inside the engine, when all results have been read to their end. */
function engineMs(run: RunSnapshot): number | undefined {
  let sum = 0;
  for (const { summary } of run.results) {
    if (summary === undefined) return undefined;
    sum += summary.elapsedMs;
  }
  return run.results.length === 0 ? undefined : sum;
}

/** Rows of all results, as far as they are there. */
export function runRows(run: RunSnapshot): RowCount | undefined {
  const withRows = run.results.filter((result) => result.columns.length > 0);
  if (withRows.length === 0) return undefined;
  return {
    rows: withRows.reduce((sum, { rows }) => sum + rows.count.rows, 0),
    isKnown: withRows.every(({ rows }) => rows.count.isKnown),
  };
}

/** What one result did, in one line of the messages. */
export function resultMessage(result: QueryResult): string {
  const { summary, head, rows } = result;
  if (summary === undefined) return `${countText(rows.count.rows, 'row')} loaded so far`;
  const time = durationText(summary.elapsedMs);
  if (head.statementKind === 'schema')
    return `${summary.message?.replace(/\.$/, '') ?? 'Schema applied'} · ${time}`;
  const noun = head.statementKind === 'mutation' ? 'document' : 'row';
  const parts = [
    summary.message?.replace(/\.$/, '') ?? countText(summary.rowCount, noun),
    `${summary.rowsRead.toLocaleString('en-US')} read`,
    time,
  ];
  return parts.join(' · ');
}
