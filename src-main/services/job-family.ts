import { type JobFamily, jobStates } from '#contract';
import type { Database, JsonValue } from '#engine';
import { serviceLimits } from './limits.ts';
import { type Fields, fieldsOf } from './result-fields.ts';

/*
 * The jobs above and below a job. The way up is read job by job, which is as long as families are deep; the way down
 * level by level. Of more jobs than are drawn, those stay that lead to the job, and its own children.
 */

const selection = 'id job_type status parent_id children';

type Read = (ids: readonly string[]) => Promise<readonly Fields[]>;

/** Null when the job has neither parent nor children. */
export async function familyOf(
  database: Database,
  job: Fields,
  signal: AbortSignal,
): Promise<JobFamily | null> {
  if (typeof job['parent_id'] !== 'string' && childIds(job).length === 0) return null;
  const read: Read = async (ids) => {
    const text = `query Family($ids: [Uuid!]!) { _jobs(where: { id: { in: $ids } }) { ${selection} } }`;
    const { data } = await database.execute(text, { variables: { ids }, signal });
    return Array.isArray(data['_jobs']) ? data['_jobs'].map(fieldsOf) : [];
  };
  const above = await ancestorsOf(job, read);
  const known = new Map([...above, job].map((each) => [String(each['id']), each]));
  await readBelow([...known.values()].reverse(), known, read);
  const members: JobFamily['members'][number][] = [];
  // A child with a unique key may be another's as well, or stand above.
  const unplaced = new Map(known);
  const add = (each: Fields, depth: number): void => {
    unplaced.delete(String(each['id']));
    const children = childIds(each).filter((id) => unplaced.has(id) || !known.has(id));
    const present = children.map((id) => unplaced.get(id)).filter((child) => child !== undefined);
    const state = jobStates.find((name) => name === each['status']) ?? 'Pending';
    const leftCount = children.length - present.length;
    members.push({
      id: String(each['id']),
      type: String(each['job_type']),
      state,
      depth,
      leftCount,
    });
    for (const child of present) if (unplaced.has(String(child['id']))) add(child, depth + 1);
  };
  add(above[0] ?? job, 0);
  return { members };
}

/** The top one first. */
async function ancestorsOf(job: Fields, read: Read): Promise<readonly Fields[]> {
  const above: Fields[] = [];
  let id: JsonValue | undefined = job['parent_id'];
  while (typeof id === 'string') {
    const parent: Fields | undefined = (await read([id]))[0];
    if (parent === undefined) break;
    above.unshift(parent);
    id = parent['parent_id'];
  }
  return above;
}

/** Adds the children of jobs, and theirs, as long as there is room. */
async function readBelow(
  jobs: readonly Fields[],
  known: Map<string, Fields>,
  read: Read,
): Promise<void> {
  for (let level = jobs; level.length > 0; ) {
    const room = serviceLimits.jobFamilyMax - known.size;
    const wanted = level.flatMap(childIds).filter((id) => !known.has(id));
    if (room <= 0 || wanted.length === 0) return;
    level = await read(wanted.slice(0, room));
    for (const each of level) known.set(String(each['id']), each);
  }
}

function childIds({ children }: Fields): readonly string[] {
  return Array.isArray(children) ? children.map((id: JsonValue) => String(id)) : [];
}
