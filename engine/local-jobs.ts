/* The jobs of a database whose data is in this process. */
import type { OperationTracker } from './exec/operation-tracker.ts';
import type { Operations } from './exec/operations.ts';
import type { TransactionOptions } from './exec/transaction.ts';
import { runJobCommand } from './jobs/job-commands.ts';
import type { JobDoor } from './jobs/job-door.ts';
import type { JobQueue } from './jobs/job-queue.ts';
import type { LocalTransaction } from './local-transaction.ts';
import { Transaction } from './transaction.ts';

interface TransactingBackend {
  transaction(
    callback: (transaction: LocalTransaction) => Promise<void>,
    options: TransactionOptions,
  ): Promise<void>;
}

export function localJobs(
  queue: JobQueue,
  backend: TransactingBackend,
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
    command: (command) =>
      operations.run(undefined, async () => {
        operations.assertWritable();
        return runJobCommand(queue, command);
      }),
    transact: (work, signal) =>
      backend.transaction(
        async (own) => {
          await own.write(await work(new Transaction(own)));
        },
        { signal },
      ),
    counts: () => operations.run(undefined, () => queue.counts()),
    queue() {
      operations.assertOpen();
      operations.assertWritable();
      return queue;
    },
  };
}
