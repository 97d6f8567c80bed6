import { describe, expect, it } from 'vitest';
import { type PreviewSource, type Previews, WriteGuard } from './write-guard.ts';

const params = { database: 'd', text: 'mutation { … }' };
const none: Previews = { previews: [], omitted: 0, confirmation: 'none', token: 'free' };
const one: Previews = {
  omitted: 0,
  confirmation: 'click',
  token: 'shown',
  previews: [
    {
      kind: 'delete',
      effect: 'touches',
      target: 'orders',
      span: { start: 0, end: 1 },
      count: 3,
      isAtLeast: false,
      columns: [],
      rows: { rowCount: 0, columns: [] },
    },
  ],
};

async function asked(source: PreviewSource) {
  const guard = new WriteGuard(source);
  const allowed = guard.ask(params);
  await Promise.resolve();
  await Promise.resolve();
  return { guard, allowed };
}

describe('the guard of writes', () => {
  it('lets pass what needs no confirmation', async () => {
    const { guard, allowed } = await asked(() => Promise.resolve(none));
    expect([await allowed, guard.state().kind]).toEqual([
      { isAllowed: true, previewToken: 'free' },
      'idle',
    ]);
  });

  it('holds a write until it is confirmed, and gives it the token of its preview', async () => {
    const { guard, allowed } = await asked(() => Promise.resolve(one));
    expect(guard.state()).toEqual({ kind: 'asking', previews: one });
    guard.answer(true);
    expect([await allowed, guard.state().kind]).toEqual([
      { isAllowed: true, previewToken: 'shown' },
      'idle',
    ]);
  });

  it('cannot be talked past when what is touched is not known', async () => {
    const { guard, allowed } = await asked(() => Promise.reject(new Error('gone')));
    expect(guard.state().kind).toBe('failed');
    guard.answer(true);
    expect(await allowed).toEqual({ isAllowed: false });
  });

  it('counts an old question as refused when a new one comes', async () => {
    const { guard, allowed } = await asked(() => Promise.resolve(one));
    const second = guard.ask(params);
    expect(await allowed).toEqual({ isAllowed: false });
    await Promise.resolve();
    guard.answer(true);
    expect(await second).toEqual({ isAllowed: true, previewToken: 'shown' });
  });
});
