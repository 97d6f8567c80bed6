/* The figures of a database in words. */
import type { HealthFigures, MaintenanceActivity, MaintenanceKind, SizeSample } from '#contract';

export interface Fact {
  readonly name: string;
  readonly value: string;
  /** A second line, in smaller type. */
  readonly note?: string;
  /** True when somebody should look at it. */
  readonly isWarning?: boolean;
}

export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** A reader that is held for longer makes the file grow while others write. */
const readerAgeWarnMs = 60_000;

/** `512 B`, `1.4 MiB` */
export function bytesText(byteCount: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let amount = byteCount;
  let unit = 0;
  while (amount >= 1_024 && unit < units.length - 1) {
    amount /= 1_024;
    unit += 1;
  }
  return `${unit === 0 ? amount : amount.toFixed(1)} ${units[unit]}`;
}

/** `340 ms`, `12 s`, `3 min`, `5 h` */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

/** How the file grew over what was measured: `+1.0 MiB in 34 s`. */
export function growthText(sizes: readonly SizeSample[]): string {
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (first === undefined || last === undefined || first === last) return 'measured once so far';
  const growth = last.sizeBytes - first.sizeBytes;
  const sign = growth > 0 ? '+' : growth < 0 ? '−' : '±';
  return `${sign}${bytesText(Math.abs(growth))} in ${durationText(last.at - first.at)}`;
}

export function countText(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`;
}

/** What the page shows in figures; groups without any are left out. */
export function factGroups(figures: HealthFigures): readonly FactGroup[] {
  const groups = [
    { title: 'Open', facts: openFacts(figures) },
    { title: 'File', facts: fileFacts(figures) },
    { title: 'Log', facts: logFacts(figures) },
    { title: 'Memory', facts: memoryFacts(figures) },
    { title: 'Readers', facts: readerFacts(figures) },
  ];
  return groups.filter(({ facts }) => facts.length > 0);
}

function openFacts(figures: HealthFigures): readonly Fact[] {
  const { mode, readOnly, refusal, ownerPid, durabilityMode, lastCloseAt, wasClosed } = figures;
  const opened = wasClosed
    ? 'after a clean close'
    : `recovered ${countText(figures.recoveredCommits, 'commit')} from the log`;
  return [
    {
      name: 'Mode',
      value: `${mode.charAt(0).toUpperCase()}${mode.slice(1)}${readOnly ? ', read-only' : ''}`,
      ...(ownerPid === null ? {} : { note: `lock held by process ${ownerPid}` }),
    },
    ...(refusal === null || readOnly
      ? []
      : [{ name: 'Writes', value: 'refused', note: refusal, isWarning: true }]),
    { name: 'Durability', value: durabilityMode },
    { name: 'Opened', value: timeText(figures.openedAt), note: opened, isWarning: !wasClosed },
    {
      name: 'Last clean close',
      value: lastCloseAt === null ? 'never' : timeText(lastCloseAt),
    },
    { name: 'Last commit', value: figures.sequence.toLocaleString('en') },
    { name: 'Format', value: String(figures.formatVersion) },
  ];
}

function fileFacts({ file, cold, lastCompaction }: HealthFigures): readonly Fact[] {
  if (file === null) return [];
  const { sizeBytes, usedBytes, diskFreeBytes } = file;
  return [
    { name: 'Size', value: bytesText(sizeBytes) },
    { name: 'In use', value: bytesText(usedBytes), note: shareText(usedBytes, sizeBytes) },
    { name: 'Free on the disk', value: bytesText(diskFreeBytes) },
    { name: 'Documents on disk', ...coldFact(cold, lastCompaction) },
    { name: 'Last compaction', ...compactionFact(lastCompaction) },
  ];
}

function coldFact(
  { mode, isApplied }: HealthFigures['cold'],
  last: HealthFigures['lastCompaction'],
): Pick<Fact, 'value' | 'note'> {
  const value = mode === 'LowSpace' ? 'deflated' : 'as they are';
  if (!isApplied) return { value, note: 'earlier ones follow at the next compaction' };
  if (mode !== 'LowSpace' || !last?.packed) return { value };
  const { count, documentCount } = last.packed;
  const share = documentCount === 0 ? 'none' : percentText(count, documentCount);
  return { value, note: `${share} of them when last compacted` };
}

function compactionFact(last: HealthFigures['lastCompaction']): Pick<Fact, 'value' | 'note'> {
  if (last === null) return { value: 'never' };
  const change = `${bytesText(last.sizeBytesBefore)} → ${bytesText(last.sizeBytesAfter)}`;
  return { value: timeText(last.at), note: last.wasIdle ? `${change}, by itself` : change };
}

function logFacts({ log, logFiles, buffer }: HealthFigures): readonly Fact[] {
  const waiting = {
    name: 'Not in the file yet',
    value: countText(buffer.changeCount, 'change'),
    note: bytesText(buffer.bytes),
  };
  const files = log ?? logFiles;
  const length = files && {
    name: 'Length',
    value: bytesText(files.bytes),
    note: countText(files.segmentCount, 'segment'),
  };
  if (log === null) {
    return [...(length ? [length] : []), ...(buffer.changeCount === 0 ? [] : [waiting])];
  }
  return [
    ...(length ? [length] : []),
    { name: 'Oldest record', value: log.oldestLsn.toLocaleString('en') },
    { name: 'Newest record', value: log.lastLsn.toLocaleString('en') },
    waiting,
  ];
}

function memoryFacts({ cache, columnCache }: HealthFigures): readonly Fact[] {
  return [...documentCacheFacts(cache), ...columnCacheFacts(columnCache)];
}

function columnCacheFacts(cache: HealthFigures['columnCache']): readonly Fact[] {
  if (cache === null) return [];
  const { hitCount, fillCount, bytes, bytesMax } = cache;
  const uses = hitCount + fillCount;
  return [
    {
      name: 'Column hits',
      value: uses === 0 ? '—' : percentText(hitCount, uses),
      note: uses === 0 ? 'no field was scanned yet' : `of ${countText(uses, 'use')}`,
    },
    { name: 'Columns', value: bytesText(bytes), note: `of ${bytesText(bytesMax)}` },
  ];
}

function documentCacheFacts(cache: HealthFigures['cache']): readonly Fact[] {
  if (cache === null) return [];
  const { hitCount, missCount, entryCount, bytes, bytesMax } = cache;
  const reads = hitCount + missCount;
  return [
    {
      name: 'Cache hits',
      value: reads === 0 ? '—' : percentText(hitCount, reads),
      note: reads === 0 ? 'nothing was read yet' : `of ${countText(reads, 'read')}`,
    },
    { name: 'Cached documents', value: entryCount.toLocaleString('en') },
    { name: 'Cache', value: bytesText(bytes), note: `of ${bytesText(bytesMax)}` },
  ];
}

function readerFacts({ readers }: HealthFigures): readonly Fact[] {
  const [oldest] = readers;
  if (oldest === undefined) return [{ name: 'Open', value: 'none' }];
  const isOld = oldest.ageMs > readerAgeWarnMs;
  return [
    { name: 'Open', value: readers.length.toLocaleString('en') },
    {
      name: 'Oldest',
      value: durationText(oldest.ageMs),
      note: isOld ? 'the file grows while it is held' : `sees commit ${oldest.sequence}`,
      isWarning: isOld,
    },
  ];
}

export const taskNames: Readonly<Record<MaintenanceKind, string>> = {
  verify: 'Verify',
  backup: 'Back up',
  compact: 'Compact',
  restore: 'Restore',
};

const phaseNames: Readonly<Record<MaintenanceActivity['phase'], string>> = {
  copying: 'Copying',
  comparing: 'Comparing the copy',
  verifying: 'Checking documents and indexes',
};

/** `Copying · 42 %` */
export function activityText({ phase, fraction }: MaintenanceActivity): string {
  return `${phaseNames[phase]} · ${Math.floor(fraction * 100)} %`;
}

export function timeText(at: number): string {
  return new Date(at).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'medium' });
}

function shareText(part: number, whole: number): string {
  return `${percentText(part, whole)} of the file`;
}

function percentText(part: number, whole: number): string {
  return `${Math.round((100 * part) / Math.max(1, whole))} %`;
}
