// @vitest-environment happy-dom
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createChannelPair, type DatabaseInfo } from '#contract';
import { createServices, type Services } from '../../../src-main/services/create-services.ts';
import { SettingsProvider } from '../../app/settings/settings-context.tsx';
import { SettingsStore } from '../../app/settings/settings-store.ts';
import { Client } from '../../client/client.ts';
import { ClientProvider } from '../../client/client-context.tsx';
import { TooltipProvider } from '../../ui/tooltip.tsx';
import type { Committed } from './commit-edits.ts';
import { CommitForm } from './commit-form.tsx';

let folder: string;
let services: Services;
let client: Client;
let database: DatabaseInfo;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aurora-form-'));
  services = createServices({
    ...{ dataFolder: join(folder, 'data'), sampleFolder: join(folder, 'sample') },
    ...{ version: '0.0.0', host: 'in-process', log: (line) => expect.unreachable(line) },
  });
  client = new Client({
    kind: 'browser',
    open: () => {
      const { page, host } = createChannelPair();
      services.serve(host);
      return Promise.resolve(page);
    },
  });
  await client.start();
  database = await client.call('databases.open', { path: join(folder, 'shop.db'), create: true });
  const text =
    'schema { define collection films { title: String! year: Int } define collection teams { name: String } }';
  for await (const part of client.run({ database: database.database, text }))
    expect(part.kind).not.toBe('failed');
});

afterEach(cleanup);
afterAll(async () => {
  await services.close();
  await rm(folder, { recursive: true, force: true });
});

const insert = (data: string) =>
  `mutation { insertInto(collection: "films", data: { ${data} }) { id } }`;

function renderForm() {
  const committed: Committed[] = [];
  const settings = new SettingsStore({ load: async () => ({}), save: async () => undefined });
  render(
    <ClientProvider value={client}>
      <SettingsProvider value={settings}>
        <TooltipProvider>
          <CommitForm
            database={database}
            collection="films"
            text={insert('title: "Heat"')}
            act="Commit 1 change"
            obstacle={undefined}
            onCommitted={(each) => committed.push(each)}
            onFailed={() => undefined}
            onCancel={() => undefined}
          />
        </TooltipProvider>
      </SettingsProvider>
    </ClientProvider>,
  );
  const area = screen.getByRole('textbox', { name: 'The mutation that runs' });
  const isDisabled = () => screen.getByRole('button', { name: /^Run/ }).hasAttribute('disabled');
  const type = (value: string) => fireEvent.change(area, { target: { value } });
  return { committed, isDisabled, type };
}

it('a text that cannot run says why at once, and the error goes when it is corrected', async () => {
  // Nothing was said before it was run, and what was said then stayed beside the corrected text.
  const { isDisabled, type } = renderForm();
  for (const wrong of [
    insert('title: "Heat", year: "x"'),
    'mutation { insertInto(',
    '{ films { id } }',
    '',
  ]) {
    type(wrong);
    expect(await screen.findByRole('alert')).toBeTruthy();
    expect(isDisabled()).toBe(true);
    type(insert('title: "Heat"  year: 1'));
    expect(await screen.findByText(/It will: Insert 1 document into films\./)).toBeTruthy();
    expect([screen.queryByRole('alert'), isDisabled()]).toEqual([null, false]);
  }
});

it('what was committed is told by what it wrote to, not by the grid that it came from', async () => {
  const { committed, type } = renderForm();
  type('mutation { insertInto(collection: "teams", data: { name: "red" }) { id } }');
  expect(await screen.findByText(/Insert 1 document into teams/)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Run the mutation' }));
  await expect.poll(() => committed).toMatchObject([{ collections: ['teams'], documentCount: 1 }]);
});
