import { expect, it } from 'vitest';
import type { AppliedVersion, PlannedVersion } from '#contract';
import { timelineEntries, withTried } from './timeline-entries.ts';

const applied = (version: string): AppliedVersion => ({
  version,
  checksum: version,
  appliedAt: 1_000,
  elapsedMs: 2.4,
  documentsChanged: 1_200,
  appliedBy: 'ann',
});
const given = (version: string, state: PlannedVersion['state'], isOutOfOrder = false) => ({
  version,
  state,
  isOutOfOrder,
  meaning: '[]',
  recordedMeaning: null,
});
const failure = { version: '5', failedAt: 2_000, failedBy: 'bob', error: 'It shares a value.' };

it('puts what is to come above what was applied, the newest first', () => {
  const info = { applied: ['1', '2', '3'].map(applied), failed: [failure] };
  const entries = timelineEntries(info, {
    versions: [
      given('1', 'applied'),
      given('1a', 'pending', true),
      given('3', 'drifted'),
      given('4', 'pending'),
      given('5', 'pending'),
    ],
    missing: ['2'],
  });
  expect(entries.map(({ version, state }) => `${version} ${state}`)).toEqual([
    '5 failed',
    '4 pending',
    '1a late',
    '3 drifted',
    '2 missing',
    '1 applied',
  ]);
  expect(entries[0]).toMatchObject({ at: 2_000, by: 'bob', detail: 'It shares a value.' });
  expect(entries[3]).toMatchObject({
    at: 1_000,
    by: 'ann',
    detail: '1,200 documents changed in 2 ms',
    isLast: true,
  });
});

it('shows versions that failed and that no text has, and calls nothing missing without a text', () => {
  const entries = timelineEntries({ applied: [applied('1')], failed: [failure] }, undefined);
  expect(entries.map(({ version, state }) => `${version} ${state}`)).toEqual([
    '5 failed',
    '1 applied',
  ]);
});

it('lets a text that is tried stand behind the files of a folder', () => {
  const folder = { versions: [given('1', 'applied')], missing: ['2'] };
  const tried = {
    versions: [given('1', 'drifted'), given('2', 'applied'), given('3', 'pending')],
    missing: [],
  };
  expect(withTried(folder, undefined)).toBe(folder);
  const both = withTried(folder, tried);
  expect(both?.versions.map(({ version, state }) => `${version} ${state}`)).toEqual([
    '1 applied',
    '2 applied',
    '3 pending',
  ]);
  expect(both?.missing).toEqual([]);
});
