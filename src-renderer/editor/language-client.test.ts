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
      desk.receive(structuredClone(message));
      if (message.kind !== 'ask') return;
      queueMicrotask(() => {
        const answer = desk.answerNext();
        if (answer !== undefined) deliver(structuredClone(answer));
      });
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
    client.setText('a', () => '{ films { id } }');
    client.setText('b', () => '{ films { } }');
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
    client.setText('a', () => '{films{id}}');
    const offset = 3;
    const items = await client.ask('a', { name: 'complete', offset });
    const hover = await client.ask('a', { name: 'hover', offset });
    const statement = await client.ask('a', { name: 'statementAt', offset });
    const formatted = await client.ask('a', { name: 'format' });
    expect(items.map(({ label }) => label)).toContain('films');
    expect(hover?.span).toEqual({ start: 1, end: 6 });
    expect(statement?.runText).toBe('{films{id}}');
    const places = { name: 'references', offset } as const;
    expect(await client.ask('a', places)).toEqual([{ start: 1, end: 6 }]);
    expect(await client.ask('a', { name: 'definition', offset })).toBeUndefined();
    expect((await client.ask('a', { name: 'renameTarget', offset })).kind).toBe('refused');
    const renamed = await client.ask('a', { name: 'rename', offset, newName: 'x' });
    expect(renamed.kind).toBe('refused');
    expect(await client.ask('a', { name: 'semanticTokens' })).toHaveLength(2);
    expect(await client.ask('a', { name: 'foldingRanges' })).toEqual([]);
    expect(await client.ask('a', { name: 'selectionRanges', offset })).toHaveLength(3);
    expect(await client.ask('a', { name: 'documentSymbols' })).toHaveLength(1);
    const span = { start: offset, end: offset };
    expect(await client.ask('a', { name: 'codeActions', span })).toEqual([]);
    expect(await client.ask('a', { name: 'signatureHelp', offset })).toBeUndefined();
    const text = 'query ($n: Int!) { films { id } }';
    expect(await client.ask('a', { name: 'variablesOf', text })).toMatchObject([
      { name: 'n', typeText: 'Int!', isRequired: true },
    ]);
    expect(await client.ask('a', { name: 'variablesAt', offset })).toEqual([]);
    expect(formatted).toBe('{\n    films { id }\n}\n');
  });

  it('completes with the snippets of the person, in every document', async () => {
    const client = connected();
    const snippet = { name: 'Top rows', prefix: 'top', text: '{ films { $0 } }' };
    client.setSnippets([snippet]);
    client.setText('a', () => '');
    const items = await client.ask('a', { name: 'complete', offset: 0 });
    expect(items.filter(({ label }) => label === 'top' || label === 'query')).toMatchObject([
      { kind: 'keyword' },
      { kind: 'snippet', detail: 'Top rows', isSnippet: true },
    ]);
  });

  it('sends a text once, when something is asked, however often it changed', async () => {
    let readCount = 0;
    const client = connected();
    for (const text of ['{', '{ films', '{ films { } }']) {
      client.setText('a', () => {
        readCount += 1;
        return text;
      });
    }
    const found = await client.ask('a', { name: 'check' });
    await client.ask('a', { name: 'format' });
    expect([readCount, found.map(({ code }) => code)]).toEqual([1, ['SyntaxError']]);
  });

  it('answers about the text as it was when it was asked', async () => {
    const client = connected();
    client.setCatalog('a', catalog);
    client.setText('a', () => '{ films { id } }');
    const asked = client.ask('a', { name: 'statementAt', offset: 0 });
    client.setText('a', () => '{ other }');
    expect((await asked)?.runText).toBe('{ films { id } }');
  });

  it('gives nothing for a question that is cancelled, and does not work on it', async () => {
    const asked: string[] = [];
    const port: LanguagePort = {
      postMessage: (message) => asked.push(message.kind),
      addEventListener: () => undefined,
    };
    let cancel: () => void = () => undefined;
    const cancellation = {
      isCancellationRequested: false,
      onCancellationRequested(listener: () => void) {
        cancel = listener;
        return { dispose: () => undefined };
      },
    };
    const answer = new LanguageClient(port).askUntil(cancellation, 'a', { name: 'check' });
    cancel();
    expect([await answer, asked]).toEqual([undefined, ['ask', 'cancel']]);

    const desk = new LanguageDesk();
    desk.receive({ kind: 'ask', id: 1, document: 'a', question: { name: 'check' } });
    desk.receive({ kind: 'cancel', id: 1 });
    expect(desk.answerNext()).toBeUndefined();
  });

  it('forgets a closed document', async () => {
    const client = connected();
    client.setText('a', () => '{ films { } }');
    client.close('a');
    expect(await client.ask('a', { name: 'check' })).toEqual([]);
  });
});
