import { JobQueue } from '../jobs/job-queue.ts';
import { openDatabaseInMemory } from '../storage/database-folder.ts';
import { CommitPipeline } from '../transactions/commit-pipeline.ts';
import { createIdGenerator } from '../values/uuid.ts';
import type { SetClock } from './set-clock.ts';

export interface QueueInMemory extends AsyncDisposable {
  readonly pipeline: CommitPipeline;
  readonly queue: JobQueue;
}

/** A queue of jobs over an empty database in memory, whose ids and chances are the same in each run. */
export async function openQueueInMemory(clock: SetClock): Promise<QueueInMemory> {
  const pipeline = await CommitPipeline.open(
    openDatabaseInMemory(() => '018f0000-0000-7000-8000-000000000000'),
  );
  const newId = createIdGenerator(clock, (bytes) => bytes.fill(3));
  const queue = new JobQueue({ pipeline, clock, newId, random: () => 0 });
  return {
    pipeline,
    queue,
    async [Symbol.asyncDispose]() {
      await queue.close();
      await pipeline.close();
    },
  };
}
