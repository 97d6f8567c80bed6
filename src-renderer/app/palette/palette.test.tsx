// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../../client/client.ts';
import { ClientProvider } from '../../client/client-context.tsx';
import { CommandProvider } from '../commands/command-context.tsx';
import { CommandRegistry } from '../commands/command-registry.ts';
import { Palette, type PaletteProps, type PaletteTarget } from './palette.tsx';

function show(targets: readonly PaletteTarget[], onClose = () => {}) {
  const registry = new CommandRegistry();
  const ran: string[] = [];
  const command = (id: string, title: string) => ({
    id,
    title,
    group: 'Query',
    keys: ['Mod+Enter'],
    run: () => ran.push(id),
  });
  registry.register([
    command('query.run', 'Run statement'),
    { ...command('query.format', 'Format the text'), isEnabled: () => false },
    { ...command('tab.go2', 'Go to tab 2'), isHidden: true },
  ]);
  const client = new Client({ kind: 'browser', open: () => new Promise(() => {}) });
  render(
    <ClientProvider value={client}>
      <CommandProvider value={registry}>
        <Shown onClose={onClose} targets={targets} />
      </CommandProvider>
    </ClientProvider>,
  );
  return ran;
}

function Shown(props: Pick<PaletteProps, 'onClose' | 'targets'>) {
  const [isOpen, setOpen] = useState(true);
  return (
    <Palette
      {...props}
      isOpen={isOpen}
      giveFocusBack={(event) => event.preventDefault()}
      onClose={() => {
        props.onClose();
        setOpen(false);
      }}
    />
  );
}

const field = () => screen.getByRole('combobox');
const options = () => screen.getAllByRole('option').map((option) => option.textContent);

beforeAll(() => {
  // The list of cmdk watches its size and scrolls; this document has neither.
  Element.prototype.scrollIntoView = () => {};
});
afterEach(cleanup);

describe('Palette', () => {
  it('lists targets and commands with their keys, but not hidden ones', () => {
    show([{ id: 'films', group: 'Collections', title: 'Query films', run: () => {} }]);
    expect(options()).toEqual([
      'Query films',
      'Run statementCtrlEnter',
      'Format the textCtrlEnter',
    ]);
  });

  it('runs what was found by typing, with Enter, after it has closed', async () => {
    const order: string[] = [];
    const ran = show([], () => order.push('closed'));
    fireEvent.change(field(), { target: { value: 'run' } });
    fireEvent.keyDown(field(), { key: 'Enter' });
    expect(order).toEqual(['closed']);
    await waitFor(() => expect(ran).toEqual(['query.run']));
  });

  it('marks a disabled command and does not run it', () => {
    const ran = show([]);
    const disabled = screen.getByRole('option', { name: /Format/ });
    expect(disabled.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(disabled);
    expect(ran).toEqual([]);
  });

  it('says what to try when nothing is found', () => {
    show([]);
    fireEvent.change(field(), { target: { value: 'zzzz' } });
    expect(screen.getByText(/Nothing is called that/)).toBeTruthy();
  });
});
