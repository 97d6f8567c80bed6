import { expect, it } from 'vitest';
import type { StagedChange, StagedRecord, WireValue } from '#contract';
import type { Client } from '../../client/client.ts';
import { stagedKeeper } from './staged-keeper.ts';

const key = 'staged:films:/data/shop.db';
const record = (at: number, title = 'x'): StagedRecord => ({ id: `film-${at}`, title });

/** A host that keeps what it is told, as the true one does; `refuse` says which messages fail. */
function recordingHost(refuse: (change: StagedChange) => boolean = () => false) {
  const changes: StagedChange[] = [];
  const settings = new Map<string, WireValue>();
  const kept = new Map<string, StagedRecord>();
  let steps: StagedChange['steps'] = {};
  const call = async (_method: string, change: StagedChange) => {
    await Promise.resolve();
    if (refuse(change)) throw new Error('refused');
    changes.push(change);
    for (const each of change.put) kept.set(each.id, each);
    for (const id of change.removed) kept.delete(id);
    steps = change.steps ?? steps;
    return {};
  };
  // Only `staged.save` is called here.
  const client = { call } as unknown as Pick<Client, 'call'>;
  const others = {
    load: async () => Object.fromEntries([...settings]),
    save: async (name: string, value: WireValue) => void settings.set(name, value),
  };
  const value = () => ({ documents: [...kept.values()], ...steps });
  return { keeper: stagedKeeper(client, others), changes, settings, value };
}

it('sends only what is another one than before, and what is gone', async () => {
  const { keeper, changes, value } = recordingHost();
  const [one, two, three] = [record(1), record(2), record(3)];
  await keeper.save(key, { documents: [one, two, three] });
  await keeper.save(key, { documents: [one, record(2, 'y')], past: [[two]] });
  expect(changes).toEqual([
    { key, put: [one, two, three], removed: [] },
    { key, put: [record(2, 'y')], removed: [] },
    { key, put: [], removed: ['film-3'], steps: { past: [[two]] } },
  ]);
  expect(value()).toEqual({ documents: [one, record(2, 'y')], past: [[two]] });
});

it('sends nothing again that the host had when the page was loaded', async () => {
  const { keeper, changes, settings } = recordingHost();
  settings.set(key, { documents: [record(1), record(2)], past: [] });
  await keeper.load();
  await keeper.save(key, { documents: [record(1), record(2, 'y')], past: [] });
  expect(changes).toEqual([{ key, put: [record(2, 'y')], removed: [] }]);
});

it('sends much in messages that a host takes', async () => {
  const { keeper, changes, value } = recordingHost();
  const documents = Array.from({ length: 300 }, (_, at) => record(at, 'x'.repeat(20_000)));
  await keeper.save(key, { documents });
  expect(changes.length).toBeGreaterThan(5);
  for (const change of changes) expect(JSON.stringify(change).length).toBeLessThan(1_100_000);
  expect(value()).toEqual({ documents });
});

it('sends again what was refused, and saves that come meanwhile in their order', async () => {
  let isRefusing = true;
  const { keeper, value } = recordingHost(() => isRefusing);
  await expect(keeper.save(key, { documents: [record(1)] })).rejects.toThrow('refused');
  isRefusing = false;
  const saves = ['a', 'b', 'c'].map((title) =>
    keeper.save(key, { documents: [record(1), record(2, title)] }),
  );
  await Promise.all(saves);
  expect(value()).toEqual({ documents: [record(1), record(2, 'c')] });
});

it('says which document is too long, and keeps all others', async () => {
  const { keeper, value } = recordingHost();
  const documents = [record(1), record(2, 'x'.repeat(5_000_000)), record(3)];
  await expect(keeper.save(key, { documents })).rejects.toThrow('film-2');
  expect(value()).toEqual({ documents: [record(1), record(3)] });
});

it('leaves other settings to the other keeper', async () => {
  const { keeper, changes, settings } = recordingHost();
  await keeper.save('theme', 'dark');
  expect([settings.get('theme'), changes]).toEqual(['dark', []]);
});
