/* The jobs of a database whose data is in this process. */
import type { OperationTracker } from './exec/operation-tracker.ts';
import type { Operations } from './exec/operations.ts';
import type { JobDoor } from './jobs/job-door.ts';
import type { JobQueue } from './jobs/job-queue.ts';

export function localJobs(
  queue: JobQueue,
  { operations, tracker }: { readonly operations: Operations; readonly tracker: OperationTracker },
): JobDoor {
  return {
    enqueue: (requests, signal) =>
      tracker.track(
        { action: 'enqueue', collection: '_jobs' },
        () =>
          operations.run(signal, async () => {
            operations.assertWritable();
            return queue.enqueue(requests);
          }),
        (ids) => ids.length,
      ),
    counts: () => operations.run(undefined, () => queue.counts()),
    queue() {
      operations.assertOpen();
      operations.assertWritable();
      return queue;
    },
  };
}
