import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openQueueInMemory, type QueueInMemory } from '../testing/queue-in-memory.ts';
import { SetClock } from '../testing/set-clock.ts';
import { uuidOfName } from '../values/name-uuid.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { runJobCommand, type ScheduleRequest } from './job-commands.ts';
import { nextRun } from './schedule.ts';

const at = (text: string): number => Date.parse(text);
const shown = (moment: number): string => new Date(moment).toISOString();

describe('the next run of a schedule', () => {
  it.each([
    ['*/15 * * * *', 'UTC', '2026-01-01T00:07:00Z', '2026-01-01T00:15:00.000Z'],
    ['0 9 * * 1-5', 'Europe/Rome', '2026-01-02T12:00:00Z', '2026-01-05T08:00:00.000Z'],
    // 02:30 is left out on 29 March 2026, and comes twice on 25 October 2026.
    ['30 2 * * *', 'Europe/Rome', '2026-03-28T12:00:00Z', '2026-03-29T01:30:00.000Z'],
    ['30 2 * * *', 'Europe/Rome', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z'],
    ['30 2 * * *', 'Europe/Rome', '2026-10-25T00:31:00Z', '2026-10-26T01:30:00.000Z'],
    ['*/10 * * * * *', 'UTC', '2026-01-01T00:00:01Z', '2026-01-01T00:00:10.000Z'],
  ])('%s in %s after %s is %s', (cron, zone, after, next) => {
    expect(shown(nextRun(cron, zone, at(after)))).toBe(next);
  });

  it.each([
    ['every day', 'UTC'],
    ['0 0 30 2 *', 'UTC'],
    ['0 0 * * *', 'Atlantis/Capital'],
    ['0 0 * * *', ''],
    // The parser takes these for every minute, for the time 00:00:09, and for a time by chance.
    ['', 'UTC'],
    ['0 9 * *', 'UTC'],
    ['H H * * *', 'UTC'],
  ])('of %s in %s there is none', (cron, zone) => {
    expect(() => nextRun(cron, zone, at('2026-01-01T00:00:00Z'))).toThrow('has no next run');
  });
});

describe('a schedule', () => {
  let clock: SetClock;
  let opened: QueueInMemory;
  let pipeline: QueueInMemory['pipeline'];
  let queue: QueueInMemory['queue'];

  beforeEach(async () => {
    clock = new SetClock(at('2026-01-01T00:00:00Z'));
    opened = await openQueueInMemory(clock);
    ({ pipeline, queue } = opened);
  });

  afterEach(async () => {
    await opened[Symbol.asyncDispose]();
  });

  async function schedule(change: Partial<ScheduleRequest>): Promise<void> {
    const job = { jobType: 'report', payload: { kind: 'daily' } };
    const request = { name: 'reports', cron: '0 * * * *', job, ...change };
    await runJobCommand(queue, { kind: 'setSchedule', ...request });
  }

  function jobs(): readonly StoredDocument[] {
    const snapshot = pipeline.snapshot();
    const entry = snapshot.catalog.collection('_jobs');
    const documents = entry === undefined ? [] : snapshot.scan(entry).next(1_000).documents;
    snapshot.release();
    return documents;
  }

  it('enqueues its job at each of its times, once', async () => {
    await schedule({ overlap: 'Allow' });
    expect(shown((await queue.scheduler.runDue()) ?? 0)).toBe('2026-01-01T01:00:00.000Z');
    clock.go(3_600_000);
    await queue.scheduler.runDue();
    await queue.scheduler.runDue();
    clock.go(3_600_000);
    await queue.scheduler.runDue();
    expect(jobs().map(({ job_type, payload, schedule: by }) => [job_type, payload, by])).toEqual([
      ['report', { kind: 'daily' }, 'reports'],
      ['report', { kind: 'daily' }, 'reports'],
    ]);
  });

  it.each([
    ['RunOnce' as const, 1],
    ['RunAll' as const, 5],
    ['Skip' as const, 0],
  ])('makes up for five missed runs as it says: %s', async (misfire, count) => {
    await schedule({ misfire, overlap: 'Allow' });
    clock.set(5 * 3_600_000 + 1_800_000);
    await queue.scheduler.runDue();
    await queue.scheduler.runDue();
    expect(jobs().length).toBe(count);
  });

  it('leaves a run out while the last job has not ended, unless it may overlap', async () => {
    await schedule({});
    for (let hour = 0; hour < 3; hour += 1) {
      clock.go(3_600_000);
      await queue.scheduler.runDue();
    }
    const [job] = jobs();
    expect(jobs().length).toBe(1);
    await queue.cancel(job?.id ?? '');
    clock.go(3_600_000);
    await queue.scheduler.runDue();
    expect(jobs().length).toBe(2);
  });

  it('is as it was when it is made again, as programs do at their start', async () => {
    await schedule({ overlap: 'Allow', misfire: 'RunAll' });
    clock.go(3 * 3_600_000);
    await schedule({ overlap: 'Allow', misfire: 'RunAll' });
    await queue.scheduler.runDue();
    expect(jobs().length).toBe(3);
    await runJobCommand(queue, { kind: 'pauseSchedule', name: 'reports', paused: true });
    await schedule({ cron: '30 * * * *' });
    clock.go(3_600_000);
    await queue.scheduler.runDue();
    expect(jobs().length).toBe(3);
  });

  it('that cannot run keeps no other from running', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    for (const name of ['broken', 'whole']) await schedule({ name, overlap: 'Allow' });
    const id = uuidOfName('broken');
    // As a version has left it that knew more zones.
    await queue.store.upsert('_job_schedules', id, (before) => ({
      ...before,
      id,
      time_zone: 'Atlantis/Capital',
    }));
    clock.go(3_600_000);
    await queue.scheduler.runDue();
    expect(jobs().map((job) => job['schedule'])).toEqual(['whole']);
    expect(told).toHaveBeenCalledWith(expect.stringContaining('"broken"'), expect.anything());
    told.mockRestore();
  });

  it('enqueues its job with all that belongs to it', async () => {
    const job = { jobType: 'report', uniqueKey: 'daily', children: [{ jobType: 'part' }] };
    await schedule({ overlap: 'Allow', job });
    for (let hour = 0; hour < 2; hour += 1) {
      clock.go(3_600_000);
      await queue.scheduler.runDue();
    }
    expect(jobs().map(({ job_type, open_children }) => [job_type, open_children])).toEqual([
      ['part', 0],
      ['report', 1],
    ]);
  });

  it.each([
    ['name', { name: '' }],
    ['misfire', { misfire: JSON.parse('"Later"') }],
    ['overlap', { overlap: JSON.parse('"No"') }],
    ['time zone', { timeZone: JSON.parse('5') }],
    ['schedule', { cron: JSON.parse('null') }],
  ])('is refused with a %s that is none', async (_what, change) => {
    await expect(schedule(change)).rejects.toMatchObject({ code: 'InvalidValue' });
  });

  it('stays silent while it is paused, and does not make up for it', async () => {
    await schedule({ overlap: 'Allow', misfire: 'RunAll' });
    const pause = (paused: boolean) =>
      runJobCommand(queue, { kind: 'pauseSchedule', name: 'reports', paused });
    await pause(true);
    clock.go(10 * 3_600_000);
    await queue.scheduler.runDue();
    await pause(false);
    await queue.scheduler.runDue();
    expect(jobs().length).toBe(0);
    await runJobCommand(queue, { kind: 'deleteSchedule', name: 'reports' });
    await expect(pause(true)).rejects.toMatchObject({ code: 'JobNotFound' });
  });
});
