import { join } from 'node:path';
import { Aurora, type DurabilityMode, Job, WorkerSystem } from '#engine';
import type { QueuePeer } from './queue-peer.ts';

export function auroraQueue(durabilityMode: DurabilityMode): QueuePeer {
  return {
    name: `aurora ${durabilityMode}`,
    async open(folder) {
      const database = await Aurora.open({ dbPath: join(folder, 'jobs.db'), durabilityMode });
      return {
        enqueue: (n) => database.workers.enqueue(new Job('noop').addField('n', n)),
        async work(concurrency, onJob) {
          const workers = new WorkerSystem({ database, concurrency });
          workers.registerHandler('noop', ({ payload }) => onJob(Number(payload['n'])));
          await workers.start();
          return () => workers.stop();
        },
        close: () => database.close(),
      };
    },
  };
}
