import { Aurora, Job } from 'aurora-studio/engine';

const db = await Aurora.open(':memory:');
const done = new Promise<void>((resolve) => {
  db.workers.registerHandler('send_email', (job, { progress }) => {
    progress(0.5);
    console.log('to', job.payload['to'], 'attempt', job.attempt);
    resolve();
  });
});
await db.workers.start();
await db.workers.enqueue(
  new Job('send_email').addField('to', 'alice@example.com').withPriority('High'),
);
await done;
await db.close();

// Prints: to alice@example.com attempt 1
