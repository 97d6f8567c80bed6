import { describe, expect, it } from 'vitest';
import type { WireValue } from '#contract';
import { type SettingsKeeper, SettingsStore } from './settings-store.ts';

class MemoryKeeper implements SettingsKeeper {
  readonly values: Record<string, WireValue> = { theme: 'dark' };
  isGone = false;
  saveCount = 0;

  load(): Promise<Record<string, WireValue>> {
    return Promise.resolve({ ...this.values });
  }

  save(key: string, value: WireValue): Promise<void> {
    if (this.isGone) return Promise.reject(new Error('gone'));
    this.saveCount += 1;
    this.values[key] = value;
    return Promise.resolve();
  }
}

describe('SettingsStore', () => {
  it('sends only the last value of a key that changed several times', async () => {
    const keeper = new MemoryKeeper();
    const settings = new SettingsStore(keeper);
    for (const value of ['a', 'b', 'c']) settings.set('text', value);
    await settings.flush();
    expect(keeper.values).toEqual({ theme: 'dark', text: 'c' });
    expect(keeper.saveCount).toBe(1);
  });

  it('keeps what could not be saved, says so, and saves it when the host is back', async () => {
    const keeper = new MemoryKeeper();
    const settings = new SettingsStore(keeper);
    keeper.isGone = true;
    settings.set('text', 'kept');
    await settings.flush();
    expect(settings.saveError()).toBeInstanceOf(Error);
    keeper.isGone = false;
    await settings.flush();
    expect(keeper.values['text']).toBe('kept');
    expect(settings.saveError()).toBeUndefined();
  });

  it('takes what another window has set, but not over what was changed here', async () => {
    const settings = new SettingsStore(new MemoryKeeper());
    settings.adopt('mark', 'production');
    settings.set('theme', 'light');
    settings.adopt('theme', 'dark');
    expect([settings.get('mark'), settings.get('theme')]).toEqual(['production', 'light']);
  });

  it('does not let a late load undo a change made here', async () => {
    const settings = new SettingsStore(new MemoryKeeper());
    settings.set('theme', 'light');
    await settings.load();
    expect(settings.get('theme')).toBe('light');
  });
});
