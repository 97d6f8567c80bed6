// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FieldInfo, WireFieldType, WireValue } from '#contract';
import { SettingsProvider } from '../../app/settings/settings-context.tsx';
import { SettingsStore } from '../../app/settings/settings-store.ts';
import { Client } from '../../client/client.ts';
import { ClientProvider } from '../../client/client-context.tsx';
import { CellEditor, type Move } from './cell-editor.tsx';

beforeEach(() => {
  document.body.innerHTML = '<button id="cell">A cell</button><button id="other">Another</button>';
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const scalar = (name: 'String' | 'Int' | 'Boolean' | 'DateTime'): WireFieldType => ({
  ...{ kind: 'scalar', name },
});
const field = (type: WireFieldType, rest: Partial<FieldInfo> = {}): FieldInfo => ({
  ...{ name: 'f', type, nullable: true, unique: false, indexed: false, ...rest },
});

type Left = readonly ['taken', WireValue | undefined, Move] | readonly ['cancelled', Move];

/** An editor over a cell, and how it was left. */
function openEditor(given: FieldInfo, value?: WireValue, initialText?: string) {
  const left: Left[] = [];
  const client = new Client({ kind: 'browser', open: () => Promise.reject(new Error('no host')) });
  const keeper = { load: () => Promise.resolve({}), save: () => Promise.resolve() };
  render(
    <ClientProvider value={client}>
      <SettingsProvider value={new SettingsStore(keeper)}>
        <CellEditor
          anchor={document.getElementById('cell') ?? document.body}
          cell={{ field: given, collection: 'c', value, set: () => undefined, rowNow: () => 0 }}
          database="d"
          initialText={initialText}
          suggestions={[]}
          target={undefined}
          hints={[]}
          onTake={(taken, move) => left.push(['taken', taken, move])}
          onCancel={(move) => left.push(['cancelled', move])}
        />
      </SettingsProvider>
    </ClientProvider>,
  );
  // The page is listened to a moment after the editor is there.
  act(() => vi.advanceTimersByTime(1));
  const input = () =>
    screen.getByRole(
      given.type.kind === 'scalar' && given.type.name === 'Boolean' ? 'combobox' : 'textbox',
    );
  const type = (text: string) => fireEvent.change(input(), { target: { value: text } });
  const press = (key: string, more = {}) => fireEvent.keyDown(input(), { key, ...more });
  const clickElsewhere = () => {
    const other = document.getElementById('other');
    fireEvent.pointerDown(other ?? document.body);
    act(() => other?.focus());
    fireEvent.click(other ?? document.body);
    act(() => vi.advanceTimersByTime(1));
  };
  return { left, input, type, press, clickElsewhere };
}

/* What was typed was thrown away by a click on another cell, without a word. */
it('takes what was typed when another place is clicked', () => {
  const { left, type, clickElsewhere } = openEditor(field(scalar('Int')), 1);
  type('12');
  clickElsewhere();
  expect(left[0]).toEqual(['taken', 12, 'away']);
});

it('takes it before what is clicked has done anything', () => {
  const { left, type } = openEditor(field(scalar('Int')), 1);
  type('12');
  const seen: unknown[] = [];
  const other = document.getElementById('other');
  other?.addEventListener('pointerdown', () => seen.push(...left));
  fireEvent.pointerDown(other ?? document.body);
  expect(seen).toEqual([['taken', 12, 'away']]);
});

it('takes nothing when another place is clicked and nothing was typed', () => {
  const { left, clickElsewhere } = openEditor(field(scalar('Int')), 1);
  clickElsewhere();
  expect(left[0]).toEqual(['cancelled', 'away']);
});

it('stays, with what was typed and the focus, when that can be no value', () => {
  const { left, input, type, clickElsewhere } = openEditor(field(scalar('Int')), 1);
  type('soon');
  clickElsewhere();
  expect([left, input().getAttribute('aria-invalid'), document.activeElement]).toEqual([
    ...[[], 'true', input()],
  ]);
  expect(screen.getByText(/not a whole number.*Escape throws away what was typed/)).toBeTruthy();
});

it('takes the marked choice, and what stands in the line of a list, when it is left', () => {
  const choosing = openEditor(field(scalar('Boolean')), true);
  choosing.type('fa');
  choosing.clickElsewhere();
  expect(choosing.left[0]).toEqual(['taken', false, 'away']);
  cleanup();
  const listing = openEditor(field({ kind: 'list', element: scalar('String') }), ['a']);
  listing.type('b');
  listing.clickElsewhere();
  expect(listing.left[0]).toEqual(['taken', ['a', 'b'], 'away']);
});

it('throws away on Escape alone', () => {
  const { left, type, press } = openEditor(field(scalar('String')), 'a');
  type('b');
  press('Escape');
  expect(left).toEqual([['cancelled', 'stay']]);
});

/* Tab on a list that was null staged an empty list; on anything else that was not touched the focus stayed. */
it.each<[FieldInfo, WireValue | undefined]>([
  [field(scalar('String')), 'a'],
  [field({ kind: 'list', element: scalar('Int') }), null],
])('goes on with Tab and Enter when nothing was typed into %o', (given, value) => {
  const { left, press } = openEditor(given, value);
  press('Tab');
  press('Tab', { shiftKey: true });
  press('Enter');
  expect(left).toEqual([
    ['cancelled', 'right'],
    ['cancelled', 'left'],
    ['cancelled', 'down'],
  ]);
});

/* The buttons could not be reached by keyboard: Tab and Shift+Tab leave the editor. */
it('has a key for each way to have no value, and for the zone', () => {
  const initial = { kind: 'value', value: '2026-01-01T00:00:00.000Z' } as const;
  const { left, press } = openEditor(field(scalar('DateTime'), { default: initial }), null);
  press('n', { altKey: true, code: 'KeyN' });
  press('u', { altKey: true, code: 'KeyU' });
  press('d', { altKey: true, code: 'KeyD' });
  expect(left).toEqual([
    ['taken', null, 'stay'],
    ['taken', undefined, 'stay'],
    ['taken', initial.value, 'stay'],
  ]);
  press('z', { altKey: true, code: 'KeyZ' });
  expect(screen.getByRole('button', { name: 'Use local time' })).toBeTruthy();
});

/* The editor of a document that others deleted jumped to the corner of the page. */
it('stays where its cell was when that is drawn no more', async () => {
  const cell = document.getElementById('cell') ?? document.body;
  cell.getBoundingClientRect = () =>
    new DOMRect(...(cell.isConnected ? [300, 200, 90, 28] : [0, 0, 0, 0]));
  openEditor(field(scalar('Int')), 1);
  const place = async () => {
    await act(() => vi.advanceTimersByTimeAsync(50));
    const wrapper = '[data-radix-popper-content-wrapper]';
    return document.querySelector<HTMLElement>(wrapper)?.style.transform;
  };
  const before = await place();
  cell.remove();
  window.dispatchEvent(new Event('resize'));
  expect([before, await place()]).toEqual(['translate(300px, 200px)', before]);
});

it('leaves Enter to an input method that is composing', () => {
  const { left, type, press } = openEditor(field(scalar('String')), 'a');
  type('かん');
  press('Enter', { isComposing: true });
  expect(left).toEqual([]);
  press('Enter');
  expect(left).toEqual([['taken', 'かん', 'down']]);
});
