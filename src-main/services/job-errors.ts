import type { JobErrorGroup } from '#contract';
import type { Database, JsonValue } from '#engine';
import { jobQuery } from './job-query.ts';
import { rowsOf } from './job-search.ts';
import { serviceLimits } from './limits.ts';
import { timeOf } from './result-fields.ts';

/* What jobs fail of: errors by what they have in common. */

/** Groups the errors of jobs that failed, by what they have in common. */
export async function groupErrors(
  database: Database,
  signal: AbortSignal,
): Promise<{ readonly groups: readonly JobErrorGroup[]; readonly isPartial: boolean }> {
  const most = serviceLimits.jobErrorsMax;
  const { text, variables } = jobQuery(
    { states: ['Failed', 'DeadLetter'] },
    { rest: `limit: ${most + 1}`, selection: 'job_type status error error_stack started_at' },
  );
  const rows = rowsOf(await database.execute(text, { variables, signal }));
  const groups = new Map<string, JobErrorGroup>();
  for (const row of rows.slice(0, most)) {
    const message = String(row['error'] ?? '');
    const type = String(row['job_type']);
    const pattern = patternOf(message);
    const key = `${type} ${pattern}`;
    const before = groups.get(key);
    const at = timeOf(row['started_at']) ?? 0;
    const isLatest = before === undefined || at >= before.lastAt;
    groups.set(key, {
      pattern,
      type,
      message: isLatest ? message : before.message,
      place: isLatest ? placeOf(row['error_stack']) : before.place,
      count: (before?.count ?? 0) + 1,
      deadCount: (before?.deadCount ?? 0) + (row['status'] === 'DeadLetter' ? 1 : 0),
      lastAt: Math.max(at, before?.lastAt ?? 0),
    });
  }
  const ordered = [...groups.values()].sort((left, right) => right.count - left.count);
  return { groups: ordered, isPartial: rows.length > most };
}

/** What messages have in common that differ in numbers, ids and quoted words alone, as a regular expression. */
function patternOf(message: string): string {
  const shown = message.slice(0, 300);
  const parts = shown.split(
    /("[^"\n]*"|'[^'\n]*'|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b0x[0-9a-f]+\b|\d+(?:\.\d+)?)/i,
  );
  const pattern = parts
    .map((part, at) => (at % 2 === 1 ? '[^\\n]*' : part.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')))
    .join('');
  return shown.length < message.length ? `^${pattern}` : `^${pattern}$`;
}

/** The first line of a stack that is not the engine's own. */
function placeOf(stack: JsonValue | undefined): string | null {
  if (typeof stack !== 'string') return null;
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const own = frames.find((line) => !/engine[\\/]jobs|node:internal/.test(line));
  return own?.trim().replace(/^at /, '') ?? null;
}
