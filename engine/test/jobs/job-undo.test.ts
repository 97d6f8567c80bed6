import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora, type Database, Job } from '#engine';

let db: Database;
beforeEach(async () => {
  db = await Aurora.open({ store: 'memory' });
});
afterEach(() => db.close());

async function jobs(): Promise<unknown> {
  const text = `{
    _jobs(orderBy: { id: ASC }) { id job_type status priority attempts run_at finished_at payload open_children unique_key }
    _job_runs(orderBy: { id: ASC }) { id job_id status error }
    _job_keys(orderBy: { id: ASC }) { id key job_id }
  }`;
  return (await db.execute(text)).data;
}

describe('an act on many jobs that is undone', () => {
  it('leaves jobs, runs, keys and families as they were', async () => {
    const { workers } = db;
    workers.registerHandler('bad', () => {
      throw new Error('no');
    });
    const bad = await workers.enqueue(new Job('bad').withMaxRetries(0));
    await workers.start();
    while ((await workers.stats()).deadLetter === 0) await new Promise(setImmediate);
    await workers.stop();
    const keyed = await workers.enqueue(new Job('other').withUniqueKey('k'));
    const parent = await workers.enqueue(new Job('parent').withChildren([new Job('child')]));
    const { data } = await db.execute('{ _jobs(where: { job_type: { eq: "child" } }) { id } }');
    const [child] = Object.values(data)
      .flat()
      .map((row) => String(Object(row)['id']));
    const before = await jobs();
    const undoName = 'u';
    const whole = [bad, keyed, parent, child ?? ''];
    for (const ids of [whole, [child ?? ''], [keyed, parent]]) {
      await workers.cancelMany(ids, { undoName });
      expect(await workers.undo(undoName)).toBe(ids.filter((id) => id !== bad).length);
      expect(await jobs()).toEqual(before);
      expect(await workers.delete(ids, { undoName })).toBe(ids.length);
      expect(await workers.undo(undoName)).toBe(ids.length);
      expect(await jobs()).toEqual(before);
    }
    expect(await workers.retryMany([bad, keyed], { undoName })).toBe(2);
    expect(await workers.setPriority([bad, keyed], 'High', { undoName })).toBe(2);
    expect(await jobs()).not.toEqual(before);
  });

  it('leaves alone what has become of a job since, and what is forgotten', async () => {
    const { workers } = db;
    const [one = '', two = '', three = ''] = await workers.enqueueMany(
      ['1', '2', '3'].map((key) => new Job('x').withUniqueKey(key)),
    );
    await workers.cancelMany([one, two, three], { undoName: 'u' });
    await workers.retry(one);
    const other = await workers.enqueue(new Job('x').withUniqueKey('2'));
    expect(await workers.undo('u')).toBe(1);
    expect(await workers.stats()).toMatchObject({ pending: 3, cancelled: 1 });
    expect(await workers.enqueue(new Job('x').withUniqueKey('2'))).toBe(other);
    expect(await workers.enqueue(new Job('x').withUniqueKey('3'))).toBe(three);
    expect(await workers.undo('u')).toBe(0);
    await workers.cancelMany([three], { undoName: 'v' });
    await workers.forgetUndo('v');
    expect(await workers.undo('v')).toBe(0);
  });
});
