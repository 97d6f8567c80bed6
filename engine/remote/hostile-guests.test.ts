import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import type { Database } from '../database.ts';
import { limits } from '../limits.ts';
import { readLockOwner } from '../storage/owner-lock.ts';
import { guestProtocolVersion } from './guest-protocol.ts';

const folder = mkdtempSync(join(tmpdir(), 'aurora-hostile-'));
const path = join(folder, 'shared.db');
const seed = Date.now() % 1_000_000;
let owner: Database;
let token: string;

beforeEach(async () => {
  owner = await Aurora.open(path);
  await owner.newCollection('people', { name: { type: 'String' } });
  await owner.insertInto('people', { name: 'Alice' });
  token = readLockOwner(path)?.token ?? '';
});

afterEach(async () => {
  await owner.close();
  rmSync(path, { recursive: true, force: true });
});

/** A connection that sends what it likes. */
class Intruder {
  readonly #socket: Socket;
  readonly #messages: unknown[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  readonly closed: Promise<void>;

  constructor() {
    this.#socket = connect(join(path, 'aurora.sock'));
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.closed = new Promise((resolve) => this.#socket.once('close', () => resolve()));
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  sendMessage(message: unknown): void {
    const text = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
    const header = Buffer.alloc(4);
    header.writeUInt32BE(text.length);
    this.send(Buffer.concat([header, text]));
  }

  sendHello(): void {
    this.sendMessage({ type: 'hello', protocol: guestProtocolVersion, client: 'intruder' });
  }

  attach(): void {
    this.sendHello();
    const params = { token, readOnly: true, pid: 1 };
    this.sendMessage({ type: 'call', id: 1, method: 'database.attach', params });
  }

  /** The message with a number, once it is there. */
  async message(id: number): Promise<unknown> {
    const find = () =>
      this.#messages.find(
        (message) =>
          typeof message === 'object' && message !== null && 'id' in message && message.id === id,
      );
    await expect.poll(find).toBeDefined();
    return find();
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    while (this.#bytes.length >= 4) {
      const end = 4 + this.#bytes.readUInt32BE(0);
      if (this.#bytes.length < end) return;
      this.#messages.push(JSON.parse(this.#bytes.toString('utf8', 4, end)));
      this.#bytes = this.#bytes.subarray(end);
    }
  }
}

async function expectUnharmed(): Promise<void> {
  expect(await owner.query('people').count()).toBe(1);
}

describe('the socket of an owner', () => {
  it('is for its user only', () => {
    expect(statSync(join(path, 'aurora.sock')).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, 'aurora.lock')).mode & 0o777).toBe(0o600);
  });

  it('goes away with its owner', async () => {
    await owner.close();
    expect(existsSync(join(path, 'aurora.sock'))).toBe(false);
  });

  const openings: { readonly [name: string]: (intruder: Intruder) => void } = {
    'a message of no bytes': (intruder) => intruder.send(Buffer.alloc(4)),
    'a message of 4 GiB': (intruder) => intruder.send(Buffer.alloc(4, 0xff)),
    'a large greeting': (intruder) =>
      intruder.sendMessage({ type: 'hello', client: 'x'.repeat(5_000) }),
    'no JSON': (intruder) => intruder.sendMessage('{"type":'),
    'a web request': (intruder) => intruder.send(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')),
    'another version': (intruder) =>
      intruder.sendMessage({ type: 'hello', protocol: 99, client: 'x' }),
    'a call before hello': (intruder) =>
      intruder.sendMessage({ type: 'call', id: 1, method: 'catalog.get', params: {} }),
    'a second hello': (intruder) => {
      intruder.attach();
      intruder.sendHello();
    },
    'one id twice': (intruder) => {
      intruder.attach();
      for (const method of ['text.execute', 'text.execute']) {
        intruder.sendMessage({ type: 'call', id: 2, method, params: { text: '', variables: {} } });
      }
      intruder.sendMessage({ type: 'subscribe', id: 3, topic: 'commits', params: {} });
      intruder.sendMessage({ type: 'subscribe', id: 3, topic: 'commits', params: {} });
    },
  };

  it.each(Object.entries(openings))('is closed to who begins with %s', async (_name, open) => {
    const intruder = new Intruder();
    open(intruder);
    await intruder.closed;
    await expectUnharmed();
  });

  it('answers nothing before a guest has attached, with the token of the lock', async () => {
    const intruder = new Intruder();
    intruder.sendHello();
    const params = { token: 'guessed', readOnly: false, pid: 1 };
    intruder.sendMessage({ type: 'call', id: 1, method: 'database.attach', params });
    intruder.sendMessage({ type: 'call', id: 2, method: 'catalog.get', params: {} });
    intruder.sendMessage({ type: 'subscribe', id: 3, topic: 'commits', params: {} });
    const answers = [
      await intruder.message(1),
      await intruder.message(2),
      await intruder.message(3),
    ];
    const refusal = { error: { code: 'DatabaseLocked' } };
    expect(answers).toMatchObject([
      { type: 'error', ...refusal },
      { type: 'error', ...refusal },
      { type: 'ended', ...refusal },
    ]);
    intruder.end();
  });

  it('checks the parameters of every call', async () => {
    const intruder = new Intruder();
    intruder.attach();
    const calls: readonly (readonly [string, unknown])[] = [
      ['documents.select', { collection: 'people' }],
      ['documents.insert', { collection: 'people', documents: [1] }],
      ['collections.define', { definitions: [{ name: 'x', fields: 'y' }] }],
      ['run.next', { cursor: -1, rowsMax: 1 }],
      ['run.next', { cursor: 7, rowsMax: 1 }],
      ['value.next', null],
      ['__proto__', {}],
      ['constructor', {}],
    ];
    const codes: unknown[] = [];
    for (const [at, [method, params]] of calls.entries()) {
      intruder.sendMessage({ type: 'call', id: 10 + at, method, params });
      codes.push(await intruder.message(10 + at));
    }
    const answer = (code: string) =>
      expect.objectContaining({ error: expect.objectContaining({ code }) });
    expect(codes).toEqual([
      answer('InvalidParams'),
      answer('InvalidParams'),
      answer('InvalidParams'),
      answer('InvalidParams'),
      answer('CursorNotFound'),
      answer('InvalidParams'),
      answer('UnknownMethod'),
      answer('UnknownMethod'),
    ]);
    intruder.end();
    await expectUnharmed();
  });

  it(`survives random bytes and messages (seed ${seed})`, async () => {
    const message = fc.record(
      {
        type: fc.constantFrom('hello', 'call', 'cancel', 'subscribe', 'unsubscribe', 'result', ''),
        id: fc.oneof(fc.integer(), fc.double(), fc.string()),
        method: fc.constantFrom(
          'documents.select',
          'documents.count',
          'documents.insert',
          'documents.stage',
          'documents.update',
          'text.execute',
          'run.open',
          'run.next',
          'run.close',
          'value.next',
          'collections.define',
          'collections.dropEmpty',
          'toString',
        ),
        topic: fc.constantFrom('commits', 'verification', '__proto__'),
        params: fc.oneof(
          fc.jsonValue(),
          fc.record({
            collection: fc.constantFrom('people', '', 'x'.repeat(2_000)),
            where: fc.jsonValue(),
            orderBy: fc.constantFrom([], [{ field: 'name', direction: 'ASC' }], 'name'),
            text: fc.constantFrom('query { people { name } }', '{', '\u0000'),
            variables: fc.jsonValue(),
            cursor: fc.nat(5),
            rowsMax: fc.nat(),
          }),
        ),
      },
      { requiredKeys: ['type'] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 200 }), message, fc.jsonValue()), {
          maxLength: 20,
        }),
        async (isAttached, sent) => {
          const intruder = new Intruder();
          if (isAttached) intruder.attach();
          for (const one of sent) {
            if (one instanceof Uint8Array) intruder.send(one);
            else intruder.sendMessage(one);
          }
          await new Promise((resolve) => setImmediate(resolve));
          intruder.end();
          await intruder.closed;
        },
      ),
      { seed, numRuns: 150 },
    );
    // Nothing of the intruders is left, and nobody else is turned away.
    for (let number = 0; number < limits.guestsMax; number += 1) {
      const intruder = new Intruder();
      intruder.attach();
      expect(await intruder.message(1)).toMatchObject({ type: 'result' });
      intruder.end();
      await intruder.closed;
    }
    await expectUnharmed();
  });
});
