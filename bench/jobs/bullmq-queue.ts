/* BullMQ on a Redis of its own, whose log is synced always or every second. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { QueuePeer } from './queue-peer.ts';

const peersFolder = join(import.meta.dirname, '..', 'peers', 'node_modules');

interface BullQueue {
  add(name: string, data: unknown, options: unknown): Promise<unknown>;
  close(): Promise<void>;
}

interface BullModule {
  readonly Queue: new (name: string, options: unknown) => BullQueue;
  readonly Worker: new (
    name: string,
    handler: (job: { readonly data: { readonly n: number } }) => Promise<void>,
    options: unknown,
  ) => { close(): Promise<void>; waitUntilReady(): Promise<unknown> };
}

/** @throws when bullmq is not installed beside the benchmarks */
export function bullmqQueue(appendfsync: 'always' | 'everysec'): QueuePeer {
  const require = createRequire(import.meta.url);
  const bull: BullModule = require(join(peersFolder, 'bullmq'));
  return {
    name: `BullMQ, appendfsync ${appendfsync}`,
    async open(folder) {
      const port = await freePort();
      const server = await startRedis(folder, port, appendfsync);
      const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
      const queue = new bull.Queue('bench', { connection });
      return {
        enqueue: (n) => queue.add('noop', { n }, { attempts: 4 }),
        async work(concurrency, onJob) {
          const handler = async ({ data }: { readonly data: { readonly n: number } }) =>
            onJob(data.n);
          const worker = new bull.Worker('bench', handler, { connection, concurrency });
          await worker.waitUntilReady();
          return () => worker.close();
        },
        async close() {
          await queue.close();
          server.kill('SIGKILL');
        },
      };
    },
  };
}

function startRedis(folder: string, port: number, appendfsync: string): Promise<ChildProcess> {
  const options = {
    port,
    appendfsync,
    appendonly: 'yes',
    save: '',
    dir: folder,
    bind: '127.0.0.1',
  };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = spawn('redis-server', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('Ready to accept connections')) resolve(server);
    });
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => (port === undefined ? reject(new Error('no port')) : resolve(port)));
    });
  });
}
