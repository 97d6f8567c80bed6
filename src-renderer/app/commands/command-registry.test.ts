import { describe, expect, it } from 'vitest';
import type { Command } from './command.ts';
import { byGroup } from './command-groups.ts';
import { CommandRegistry } from './command-registry.ts';
import { chordLabels, type KeyPress, matchesChord, shownChord } from './key-chord.ts';

const ran: string[] = [];
const command = (id: string, more: Partial<Command> = {}): Command => ({
  id,
  title: id,
  group: 'Studio',
  run: () => ran.push(id),
  ...more,
});
const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});
const here = { isMac: false, isTyping: false };

describe('CommandRegistry', () => {
  it('gives keys that two commands have to the one that they are meant for now', () => {
    const registry = new CommandRegistry();
    const ran: string[] = [];
    let isInGrid = true;
    const of = (id: string, rest: Partial<Command>): Command => ({
      ...{ id, title: id, group: 'Test', keys: ['Mod+S'] },
      ...{ run: () => ran.push(id), ...rest },
    });
    registry.register([of('save', {}), of('review', { hasKeysNow: () => isInGrid })]);
    registry.runKey(press('s', { ctrlKey: true }), here);
    isInGrid = false;
    registry.runKey(press('s', { ctrlKey: true }), here);
    registry.run('review');
    expect(ran).toEqual(['review', 'save', 'review']);
  });

  it('lets the later registration of an id answer, and the earlier again when it is gone', () => {
    const registry = new CommandRegistry();
    const titles = () => registry.list().map(({ title }) => title);
    registry.register([command('query.run', { title: 'first' })]);
    const remove = registry.register([command('query.run', { title: 'second' })]);
    expect(titles()).toEqual(['second']);
    remove();
    expect(titles()).toEqual(['first']);
  });

  it('does not run a disabled command, and lets its key go on', () => {
    const registry = new CommandRegistry();
    registry.register([command('tab.close', { keys: ['Mod+W'], isEnabled: () => false })]);
    expect(registry.run('tab.close')).toBe(false);
    expect(registry.runKey(press('w', { ctrlKey: true }), here)).toBe(false);
  });

  it('keeps a plain key from a person who is typing', () => {
    const registry = new CommandRegistry();
    registry.register([command('help.open', { keys: ['F1', '?'] })]);
    const question = press('?', { shiftKey: true });
    // F1 did nothing in the editor, where most of it is spent.
    expect(registry.runKey(press('F1'), { isMac: false, isTyping: true })).toBe(true);
    expect(registry.runKey(question, { isMac: false, isTyping: true })).toBe(false);
    expect(registry.runKey(question, here)).toBe(true);
    expect(ran).toEqual(['help.open', 'help.open']);
  });

  it('leaves keys to the editor that hears them itself', () => {
    const registry = new CommandRegistry();
    registry.register([command('editor.rename', { keys: ['F2'], hasOwnKeys: true })]);
    expect(registry.runKey(press('F2'), here)).toBe(false);
    expect(registry.run('editor.rename')).toBe(true);
  });

  it('tells its listeners of every change, with a new list', () => {
    const registry = new CommandRegistry();
    const before = registry.list();
    let told = 0;
    registry.subscribe(() => {
      told += 1;
    });
    registry.register([command('a')])();
    expect(told).toBe(2);
    expect(registry.list()).not.toBe(before);
  });
});

describe('key chords', () => {
  it('mean Command on macOS and Control elsewhere by Mod', () => {
    expect(matchesChord('Mod+K', press('k', { metaKey: true }), true)).toBe(true);
    expect(matchesChord('Mod+K', press('k', { ctrlKey: true }), true)).toBe(false);
    expect(matchesChord('Mod+K', press('k', { ctrlKey: true }), false)).toBe(true);
  });

  it('are not met with a modifier too many', () => {
    const shifted = press('K', { ctrlKey: true, shiftKey: true });
    expect(matchesChord('Mod+K', shifted, false)).toBe(false);
    expect(matchesChord('Mod+Shift+K', shifted, false)).toBe(true);
  });

  it('go by the physical key where Alt composes another character', () => {
    const composed = press('†', { code: 'KeyT', altKey: true });
    expect(matchesChord('Alt+T', composed, true)).toBe(true);
    const onGerman = press('#', { code: 'Backslash', ctrlKey: true });
    expect(matchesChord('Mod+\\', onGerman, false)).toBe(true);
    expect(matchesChord('Mod+Shift+\\', onGerman, false)).toBe(false);
  });

  it('are shown as keycaps of the platform', () => {
    expect(chordLabels('Mod+Shift+P', false)).toEqual(['Ctrl', 'Shift', 'P']);
    expect(chordLabels('Mod+Shift+P', true)).toEqual(['⌘', '⇧', 'P']);
  });

  it('are shown in a browser only when the browser lets the page have them', () => {
    expect(shownChord(['Mod+T', 'Alt+T'], true)).toBe('Alt+T');
    expect(shownChord(['Mod+T', 'Alt+T'], false)).toBe('Mod+T');
  });
});

describe('groups of commands', () => {
  it('come in one order whatever was registered first', () => {
    const groups = byGroup([{ group: 'Studio' }, { group: 'Other' }, { group: 'Query' }]);
    expect(groups.map(([group]) => group)).toEqual(['Query', 'Studio', 'Other']);
  });
});
