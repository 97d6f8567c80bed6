/*
 * The program of a process or thread that runs handlers which are modules: plain JavaScript, handed to Node as text, so
 * that it needs no file beside the engine, however that was bundled. It runs one job at a time.
 *
 *   parent ──▸ { run: { file, job } }      ◂── { done: result } or { failed: { message, stack, retryable, retryAfterMs } }
 *          ──▸ { abort: reason }           ◂── { progress: [fraction, note] }, { log: text }
 *          ──▸ { answer: { number, … } }   ◂── { call: { number, kind, statements, result } }
 */
export const handlerProgram = `
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';

let abort;
let callCount = 0;
const calls = new Map();
const send = (message) =>
  parentPort === null
    ? new Promise((resolve) => process.send(message, resolve))
    : (parentPort.postMessage(message), Promise.resolve());
// Anything can be thrown, also what has no text.
const textOf = (thrown) => {
  try {
    if (typeof thrown?.message === 'string') return thrown.message;
    return typeof thrown === 'object' && thrown !== null ? JSON.stringify(thrown) : String(thrown);
  } catch {
    return 'It threw an object that has no text.';
  }
};
const plain = (value) => (value === undefined ? null : JSON.parse(JSON.stringify(value) ?? 'null'));
const ask = (kind, statements, result) =>
  new Promise((resolve, reject) => {
    const number = (callCount += 1);
    calls.set(number, { resolve, reject });
    void send({ call: { number, kind, statements: plain(statements), result: plain(result) } });
  });

async function run({ file, version, job }) {
  abort = new AbortController();
  const context = {
    signal: abort.signal,
    idempotencyKey: job.id,
    databasePath: job.databasePath,
    progress: (fraction, note) =>
      void send({ progress: [Number(fraction), note == null ? null : textOf(note)] }),
    log: (message) => void send({ log: textOf(message) }),
    execute: (text, variables) => ask('execute', [{ text, variables }]),
    complete: (statements, result) => ask('complete', statements, result),
  };
  try {
    const module = await import(pathToFileURL(file).href + '?' + version);
    const handler = module.handler ?? module.default;
    if (typeof handler !== 'function') {
      throw Object.assign(new Error(file + ' exports no function "handler".'), { retryable: false });
    }
    await send({ done: plain(await handler({ ...job, enqueuedAt: new Date(job.enqueuedAt) }, context)) });
  } catch (error) {
    await send({
      failed: {
        message: textOf(error),
        stack: error instanceof Error ? String(error.stack) : undefined,
        retryable: error?.retryable !== false,
        retryAfterMs: typeof error?.retryAfterMs === 'number' ? error.retryAfterMs : undefined,
      },
    });
  }
}

function take(message) {
  if (message.run !== undefined) void run(message.run);
  if (message.abort !== undefined) abort?.abort(new Error(message.abort));
  if (message.answer === undefined) return;
  const { number, data, error } = message.answer;
  const call = calls.get(number);
  calls.delete(number);
  if (error === undefined) call?.resolve(data);
  else call?.reject(Object.assign(new Error(error.message), { code: error.code }));
}

if (parentPort === null) {
  process.on('message', take);
  process.on('disconnect', () => process.exit(0));
} else parentPort.on('message', take);
await send({ ready: true });
`;
