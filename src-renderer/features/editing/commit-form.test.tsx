// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { SettingsProvider } from '../../app/settings/settings-context.tsx';
import { SettingsStore } from '../../app/settings/settings-store.ts';
import { ClientProvider } from '../../client/client-context.tsx';
import { openShopPage, type ShopPage } from '../../testing/shop-page.ts';
import { TooltipProvider } from '../../ui/tooltip.tsx';
import type { Committed } from './commit-edits.ts';
import { CommitForm } from './commit-form.tsx';

let shop: ShopPage;
beforeAll(async () => {
  shop = await openShopPage((line) => expect.unreachable(line));
  await shop.runText(
    'schema { define collection films { title: String! year: Int } define collection teams { name: String } }',
  );
});

afterEach(cleanup);
afterAll(() => shop.close());

const insert = (data: string) =>
  `mutation { insertInto(collection: "films", data: { ${data} }) { id } }`;

function renderForm() {
  const committed: Committed[] = [];
  const settings = new SettingsStore({ load: async () => ({}), save: async () => undefined });
  const formOf = (text: string) => (
    <ClientProvider value={shop.client}>
      <SettingsProvider value={settings}>
        <TooltipProvider>
          <CommitForm
            database={shop.info}
            collection="films"
            text={text}
            act="Commit 1 change"
            obstacle={undefined}
            onCommitted={(each) => committed.push(each)}
            onFailed={() => undefined}
            onCancel={() => undefined}
          />
        </TooltipProvider>
      </SettingsProvider>
    </ClientProvider>
  );
  const { rerender } = render(formOf(insert('title: "Heat"')));
  const propose = (text: string) => rerender(formOf(text));
  const area = screen.getByRole('textbox', { name: 'The mutation that runs' });
  const isDisabled = () => screen.getByRole('button', { name: /^Run/ }).hasAttribute('disabled');
  const type = (value: string) => fireEvent.change(area, { target: { value } });
  const textOf = () => (area instanceof HTMLTextAreaElement ? area.value : undefined);
  return { committed, isDisabled, propose, textOf, type };
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

it('follows what is proposed, but keeps what was written by hand', () => {
  const { propose, textOf, type } = renderForm();
  propose(insert('title: "Ran"'));
  expect(textOf()).toBe(insert('title: "Ran"'));
  const own = insert('title: "Ikiru"');
  type(own);
  propose(insert('title: "Stalker"'));
  expect(textOf()).toBe(own);
});
