import { describe, expect, it } from 'vitest';
import type { CatalogShape } from '#engine/aql';
import { LanguageClient, type LanguagePort } from './language-client.ts';
import { LanguageDesk } from './language-desk.ts';
import type { FromLanguageWorker } from './language-protocol.ts';

const catalog: CatalogShape = {
  version: 1,
  collections: [{ name: 'films', open: false, indexes: [], fields: [] }],
};

/** A desk behind a port that delivers in order and copies what it delivers, as a worker does. */
function connected(): LanguageClient {
  const desk = new LanguageDesk();
  let deliver: (data: FromLanguageWorker) => void = () => undefined;
  const port: LanguagePort = {
    postMessage(message) {
      const answer = desk.receive(structuredClone(message));
      if (answer !== undefined) queueMicrotask(() => deliver(structuredClone(answer)));
    },
    addEventListener(_type, listener) {
      deliver = (data) => listener({ data });
    },
  };
  return new LanguageClient(port);
}

describe('the language client', () => {
  it('asks about the last text and catalog of each document', async () => {
    const client = connected();
    client.setText('a', '{ films { id } }');
    client.setText('b', '{ films { } }');
    const before = await client.ask('a', { name: 'check' });
    client.setCatalog('a', catalog);
    const [a, b] = await Promise.all([
      client.ask('a', { name: 'check' }),
      client.ask('b', { name: 'check' }),
    ]);
    expect([before, a, b].map((found) => found.map(({ code }) => code))).toEqual([
      ['CollectionNotFound'],
      [],
      ['SyntaxError'],
    ]);
  });

  it('answers every question of the editor', async () => {
    const client = connected();
    client.setCatalog('a', catalog);
    client.setText('a', '{films{id}}');
    const offset = 3;
    const items = await client.ask('a', { name: 'complete', offset });
    const hover = await client.ask('a', { name: 'hover', offset });
    const statement = await client.ask('a', { name: 'statementAt', offset });
    const formatted = await client.ask('a', { name: 'format' });
    expect(items.map(({ label }) => label)).toEqual(['films', '__schema', '__type']);
    expect(hover?.span).toEqual({ start: 1, end: 6 });
    expect(statement?.runText).toBe('{films{id}}');
    expect(formatted).toBe('{\n    films { id }\n}\n');
  });

  it('forgets a closed document', async () => {
    const client = connected();
    client.setText('a', '{ films { } }');
    client.close('a');
    expect(await client.ask('a', { name: 'check' })).toEqual([]);
  });
});
