import type { ColumnBatch, JobFilter, JobRow, JobState } from '#contract';
import type { GridColumn } from '../../grid/cell-value.ts';
import { ResultRows } from '../../grid/result-rows.ts';
import { priorityWords, stateMarks, stateWords } from './job-text.ts';

/*
 * The jobs of the list, and how it is refreshed. While somebody reads, with pointer or focus in the list, no row comes,
 * goes or moves: those that are there show what has become of them, and new ones are only counted.
 */

export interface ListedJobs {
  readonly rows: readonly JobRow[];
  readonly hasMore: boolean;
  /** Jobs that the filter finds and the list does not show yet. */
  readonly newCount: number;
  /** Jobs that the list shows and the filter does not find any more. */
  readonly leftCount: number;
}

/** The list after it was read again. `others` are shown jobs that the filter does not find any more, as they are now. */
export function refreshed(
  shown: ListedJobs,
  found: { readonly jobs: readonly JobRow[]; readonly hasMore: boolean },
  { isHeld, others = [] }: { readonly isHeld: boolean; readonly others?: readonly JobRow[] },
): ListedJobs {
  if (!isHeld) return { rows: found.jobs, hasMore: found.hasMore, newCount: 0, leftCount: 0 };
  const now = new Map([...others, ...found.jobs].map((job) => [job.id, job]));
  const known = new Set(shown.rows.map(({ id }) => id));
  const last = shown.rows.at(-1)?.id;
  const isNew = ({ id }: JobRow) => !known.has(id) && (last === undefined || id > last);
  return {
    rows: shown.rows.map((job) => now.get(job.id) ?? job),
    hasMore: shown.hasMore,
    newCount: found.jobs.filter(isNew).length,
    leftCount: leftIds(shown.rows, found.jobs).filter((id) => !isBeyond(id, found)).length,
  };
}

/** True for a job that may be found, behind those that were read. */
function isBeyond(
  id: string,
  { jobs, hasMore }: { readonly jobs: readonly JobRow[]; readonly hasMore: boolean },
): boolean {
  const last = jobs.at(-1)?.id;
  return hasMore && (last === undefined || id < last);
}

/** What a list that is held does not show of what its filter finds; `undefined` when nothing. */
export function changesText({ newCount, leftCount }: ListedJobs): string | undefined {
  const counts = [
    ...(newCount > 0 ? [`${newCount.toLocaleString('en-US')} new`] : []),
    ...(leftCount > 0 ? [`${leftCount.toLocaleString('en-US')} that match no longer`] : []),
  ];
  if (counts.length === 0) return undefined;
  return leftCount === 0 ? `Show ${counts.join()}` : `Show what matches: ${counts.join(', ')}`;
}

/** Shown jobs that the filter did not find when it was read again. */
export function leftIds(shown: readonly JobRow[], found: readonly JobRow[]): readonly string[] {
  const ids = new Set(found.map(({ id }) => id));
  return shown.filter(({ id }) => !ids.has(id)).map(({ id }) => id);
}

const string = { kind: 'scalar', name: 'String' } as const;
const column = (name: string, type: GridColumn['type'] = string): GridColumn => ({
  name,
  type,
  nullable: true,
  path: name,
});

export const jobColumns: readonly GridColumn[] = [
  column('state'),
  column('type'),
  column('payload', { kind: 'scalar', name: 'Any' }),
  column('attempts'),
  column('progress'),
  column('enqueued', { kind: 'scalar', name: 'DateTime' }),
  column('due', { kind: 'scalar', name: 'DateTime' }),
  column('queue'),
  column('priority'),
  column('error'),
];

export function modelOf({ rows, hasMore }: ListedJobs): ResultRows {
  const model = new ResultRows(jobColumns.length, { marginRows: 20 });
  if (rows.length > 0) model.append(batchOf(rows));
  if (!hasMore) model.complete();
  return model;
}

function batchOf(rows: readonly JobRow[]): ColumnBatch {
  const columns = [
    rows.map(({ state }) => `${stateMarks[state]} ${stateWords[state]}`),
    rows.map(({ type }) => type),
    rows.map(({ payload }) => payload),
    rows.map(({ attempts, attemptsMax }) => `${attempts} of ${attemptsMax}`),
    rows.map(progressText),
    rows.map(({ createdAt }) => new Date(createdAt).toISOString()),
    rows.map(({ runAt }) => new Date(runAt).toISOString()),
    rows.map(({ queue }) => queue),
    rows.map(({ priority }) => priorityWords[priority]),
    rows.map(({ error }) => error),
  ];
  const missing = columns.map((values) =>
    values.flatMap((value, row) => (value === null ? [row] : [])),
  );
  return { rowCount: rows.length, columns, missing };
}

function progressText({ progress, state }: JobRow): string | null {
  if (progress === null || state !== 'Running') return null;
  return `${Math.round(progress * 100)} %`;
}

/** The filter of what is typed and chosen; undefined parts are left out. */
export function filterOf(chosen: {
  readonly text: string;
  readonly state: JobState | undefined;
  readonly type: string | undefined;
  readonly queue: string | undefined;
  readonly error: string | undefined;
}): JobFilter {
  const { text, state, type, queue, error } = chosen;
  return {
    ...(text.trim() === '' ? {} : { text }),
    ...(state === undefined ? {} : { states: [state] }),
    ...(type === undefined ? {} : { type }),
    ...(queue === undefined ? {} : { queue }),
    ...(error === undefined ? {} : { error }),
  };
}
