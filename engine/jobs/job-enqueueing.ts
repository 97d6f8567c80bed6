/*
 * From requests to the changes of one commit: the jobs, the unique keys that they take, and for a job with children
 * those as well. A request whose unique key is taken gives the job that has it, and adds nothing.
 */
import { AuroraError } from '../errors.ts';
import type { JobContext, JobRequest } from '../exec/job-mutations.ts';
import { limits } from '../limits.ts';
import type { DocumentChange, Snapshot } from '../transactions/snapshot.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { jobMutations } from './job-rules.ts';
import { documentOf, entryOf } from './job-store.ts';
import { createJob, type JobPlace } from './new-job.ts';

export interface NewJobs {
  /** Of the requests, in order. */
  readonly ids: readonly string[];
  readonly changes: readonly DocumentChange[];
}

export class JobEnqueueing {
  readonly #snapshot: () => Snapshot;
  readonly #context: JobContext;
  readonly #changes: DocumentChange[] = [];
  /** Who has taken each key, of those that are new. */
  readonly #taken = new Map<string, string>();

  /** `snapshot` is asked for only where a job has a unique key. */
  constructor(snapshot: () => Snapshot, context: JobContext) {
    this.#snapshot = snapshot;
    this.#context = context;
  }

  /** @throws AuroraError `InvalidValue` */
  add(requests: readonly JobRequest[], place: JobPlace = {}): NewJobs {
    const ids = requests.map((request) => this.#one(request, place, 0).id);
    return { ids, changes: this.#changes };
  }

  #one(
    request: JobRequest,
    place: JobPlace,
    depth: number,
  ): { readonly id: string; readonly isNew: boolean } {
    if (depth > limits.jobDepthMax) throw tooDeep();
    const { children = [] } = request;
    const { job, key } = createJob(request, this.#context, place);
    const holder = key === undefined ? undefined : this.#take(key, job.id);
    if (holder !== undefined) return { id: holder, isNew: false };
    const own = children.map((child) => this.#one(child, { parentId: job.id }, depth + 1));
    const document =
      own.length === 0
        ? job
        : {
            ...job,
            children: own.map(({ id }) => id),
            open_children: own.filter(({ isNew }) => isNew).length,
          };
    this.#changes.push({ kind: 'insert', collection: '_jobs', document });
    return { id: job.id, isNew: true };
  }

  /** Gives the job that has the key already. */
  #take(key: StoredDocument, jobId: string): string | undefined {
    const collection = '_job_keys';
    const taker = this.#taken.get(key.id);
    if (taker !== undefined) return taker;
    const snapshot = this.#snapshot();
    const found = documentOf(snapshot, entryOf(snapshot, collection), key.id);
    if (found === undefined) this.#changes.push({ kind: 'insert', collection, document: key });
    else {
      const { row, document: before } = found;
      const holder = before['job_id'];
      const isFree = jobMutations.isKeyFree(before, this.#context.now);
      if (typeof holder === 'string' && !isFree) return holder;
      this.#changes.push({ kind: 'replace', collection, row, before, document: key });
    }
    this.#taken.set(key.id, jobId);
    return undefined;
  }
}

function tooDeep(): AuroraError {
  return new AuroraError(
    'InvalidValue',
    `Jobs have children at most ${limits.jobDepthMax} levels deep.`,
    { details: { depthMax: limits.jobDepthMax } },
  );
}
