/*
 * The program of a process that runs handlers which are modules: plain JavaScript, handed to Node as text, so that it
 * needs no file beside the engine, however that was bundled. One process runs one job at a time.
 *
 *   parent ──▸ { run: { file, job } }      ◂── { done: result } or { failed: { message, stack, retryable, retryAfterMs } }
 *          ──▸ { abort: reason }           ◂── { progress: [fraction, note] }, { log: text }
 */
export const handlerProgram = `
import { pathToFileURL } from 'node:url';

let abort;
const send = (message) => new Promise((resolve) => process.send(message, resolve));
const plain = (value) => (value === undefined ? null : JSON.parse(JSON.stringify(value) ?? 'null'));

async function run({ file, version, job }) {
  abort = new AbortController();
  const context = {
    signal: abort.signal,
    idempotencyKey: job.id,
    databasePath: job.databasePath,
    progress: (fraction, note) => void send({ progress: [fraction, note] }),
    log: (message) => void send({ log: String(message) }),
  };
  try {
    const module = await import(pathToFileURL(file).href + '?' + version);
    const handler = module.handler ?? module.default;
    if (typeof handler !== 'function') {
      throw Object.assign(new Error(file + ' exports no function "handler".'), { retryable: false });
    }
    await send({ done: plain(await handler({ ...job, enqueuedAt: new Date(job.enqueuedAt) }, context)) });
  } catch (error) {
    const isError = error instanceof Error;
    await send({
      failed: {
        message: isError ? error.message : String(error),
        stack: isError ? error.stack : undefined,
        retryable: error?.retryable !== false,
        retryAfterMs: typeof error?.retryAfterMs === 'number' ? error.retryAfterMs : undefined,
      },
    });
  }
}

process.on('message', (message) => {
  if (message.run !== undefined) void run(message.run);
  if (message.abort !== undefined) abort?.abort(new Error(message.abort));
});
process.on('disconnect', () => process.exit(0));
await send({ ready: true });
`;
