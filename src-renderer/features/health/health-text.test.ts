import { describe, expect, it } from 'vitest';
import type { HealthFigures } from '#contract';
import { bytesText, durationText, factGroups, growthText } from './health-text.ts';

const figures: HealthFigures = {
  path: '/data/shop.db',
  mode: 'owner',
  readOnly: false,
  refusal: null,
  ownerPid: 77,
  openedAt: 0,
  lastCloseAt: null,
  wasClosed: true,
  recoveredCommits: 0,
  formatVersion: 2,
  sequence: 1_234,
  durabilityMode: 'Strict',
  documentCount: 3,
  collections: [],
  file: { sizeBytes: 2_097_152, usedBytes: 1_048_576, diskFreeBytes: 0 },
  cold: { mode: 'HighThroughput', isApplied: true },
  lastCompaction: null,
  buffer: { changeCount: 0, bytes: 0 },
  log: null,
  logFiles: null,
  columnCache: null,
  cache: null,
  readers: [],
};

/** `title: name value (note)` of each fact. */
function texts(change: Partial<HealthFigures>): string[] {
  return factGroups({ ...figures, ...change }).flatMap(({ title, facts }) =>
    facts.map(({ name, value, note, isWarning }) =>
      [title, name, value, note, isWarning === true ? '!' : undefined].filter(Boolean).join(' | '),
    ),
  );
}

describe('the figures of a database', () => {
  it('leave out what the database does not have', () => {
    const titles = (change: Partial<HealthFigures>) =>
      factGroups({ ...figures, ...change }).map(({ title }) => title);
    expect(titles({})).toEqual(['Open', 'File', 'Readers']);
    expect(titles({ file: null, ownerPid: null })).toEqual(['Open', 'Readers']);
  });

  it('say what the file, the log and the cache take up', () => {
    const log = { bytes: 33_554_432, segmentCount: 1, oldestLsn: 5, lastLsn: 1_234 };
    const cache = { hitCount: 94, missCount: 6, entryCount: 40, bytes: 1_024, bytesMax: 2_048 };
    expect(texts({ log, cache })).toEqual(
      expect.arrayContaining([
        'File | In use | 1.0 MiB | 50 % of the file',
        'Log | Length | 32.0 MiB | 1 segment',
        'Memory | Cache hits | 94 % | of 100 reads',
      ]),
    );
  });

  it('say how it is open in the words of the status bar', () => {
    const [guest = '', owner = ''] = [texts({ mode: 'guest' })[0], texts({ readOnly: true })[0]];
    expect([guest, owner]).toEqual([
      expect.stringMatching(/^Open \| Mode \| Guest/),
      expect.stringMatching(/^Open \| Mode \| Owner, read-only/),
    ]);
  });

  // A database with a damaged log looked like any other: an owner that had recovered some commits.
  it('say why nothing can be written', () => {
    expect(texts({ refusal: 'The log is damaged.' })).toContain(
      'Open | Writes | refused | The log is damaged. | !',
    );
    expect(texts({ readOnly: true, refusal: 'It was opened read-only.' }).join()).not.toContain(
      'refused',
    );
  });

  // Until this process had written something, a log of any length was not there.
  it('say how long the log is before anything was written', () => {
    const logFiles = { bytes: 2_097_152, segmentCount: 2 };
    expect(texts({ logFiles })).toContain('Log | Length | 2.0 MiB | 2 segments');
  });

  it('say how often the vectors of fields were found', () => {
    const columnCache = { hitCount: 3, fillCount: 1, bytes: 1_024, bytesMax: 2_048 };
    expect(texts({ columnCache })).toContain('Memory | Column hits | 75 % | of 4 uses');
  });

  it('say how documents lie in the file, and what the last compaction did', () => {
    const packed = { count: 97, documentCount: 100 };
    const lastCompaction = {
      at: 0,
      wasIdle: true,
      sizeBytesBefore: 3_145_728,
      sizeBytesAfter: 1_048_576,
      packed,
    };
    const all = [
      ...texts({}),
      ...texts({ cold: { mode: 'LowSpace', isApplied: true }, lastCompaction }),
      ...texts({ cold: { mode: 'LowSpace', isApplied: false } }),
    ];
    const wanted = all.filter((text) => /Documents|Last compaction/.test(text));
    expect(wanted).toEqual([
      'File | Documents on disk | as they are',
      'File | Last compaction | never',
      'File | Documents on disk | deflated | 97 % of them when last compacted',
      expect.stringMatching(/^File \| Last compaction \| .* \| 3\.0 MiB → 1\.0 MiB, by itself$/),
      'File | Documents on disk | deflated | earlier ones follow at the next compaction',
      'File | Last compaction | never',
    ]);
  });

  it('warn of a crash before, and of a reader that makes the file grow', () => {
    const readers = [{ sequence: 3, ageMs: 120_000 }];
    const found = texts({ wasClosed: false, recoveredCommits: 2, readers });
    expect(found.filter((text) => text.endsWith('!'))).toEqual([
      expect.stringContaining('recovered 2 commits from the log'),
      'Readers | Oldest | 2 min | the file grows while it is held | !',
    ]);
  });

  it('are short', () => {
    expect([0, 1_023, 1_024, 5_368_709_120].map(bytesText)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '5.0 GiB',
    ]);
    expect([0.4, 999, 1_500, 59_000, 150_000, 7_200_000].map(durationText)).toEqual([
      '0 ms',
      '999 ms',
      '1.5 s',
      '59 s',
      '3 min',
      '2 h',
    ]);
  });
});

it('says how the file grew over what was measured', () => {
  const sample = (at: number, sizeBytes: number) => ({ at, sizeBytes, usedBytes: 0 });
  expect([
    growthText([sample(0, 2 ** 20)]),
    growthText([sample(0, 2 ** 20), sample(34_000, 3 * 2 ** 20)]),
    growthText([sample(0, 3 * 2 ** 20), sample(34_000, 2 ** 20)]),
    growthText([sample(0, 7), sample(500, 7)]),
  ]).toEqual(['measured once so far', '+2.0 MiB in 34 s', '−2.0 MiB in 34 s', '±0 B in 500 ms']);
});
