/* The commands that look after a whole database: backup, restore, compact, stats. */
import {
  Aurora,
  type BackupReport,
  type CompactReport,
  type DatabaseStats,
  type MaintenanceOptions,
  type MaintenanceProgress,
  type RestoreReport,
  type VerifyReport,
} from '#engine';
import { formatBytes } from './byte-text.ts';
import { countText } from './count-text.ts';
import { ProgressLine } from './progress-line.ts';
import { formatMilliseconds } from './table-result-writer.ts';
import type { Terminal } from './terminal.ts';
import { formatTable } from './text-table.ts';

interface JsonOption {
  readonly json?: boolean;
}

/** `aurora backup`: copies a database to a folder while others use it, and verifies the copy. */
export async function runBackup(
  terminal: Terminal,
  databasePath: string,
  target: string,
  options: JsonOption,
): Promise<number> {
  // Not read-only: what the last process left in the log has to go into the store first.
  const db = await Aurora.open({ dbPath: databasePath, create: false });
  try {
    const report = await withProgress(terminal, (maintenance) => db.backup(target, maintenance));
    await writeReport(terminal, report, options, describeBackup);
    return report.verification.isSound ? 0 : 1;
  } finally {
    await db.close();
  }
}

/** `aurora restore`: puts a backup back, verified before anything is replaced. */
export async function runRestore(
  terminal: Terminal,
  backup: string,
  databasePath: string,
  options: JsonOption & { readonly force?: boolean },
): Promise<number> {
  const force = options.force === true;
  const report = await withProgress(terminal, (maintenance) =>
    Aurora.restore(backup, databasePath, { ...maintenance, force }),
  );
  await writeReport(terminal, report, options, describeRestore);
  return report.verification.isSound ? 0 : 1;
}

/** `aurora compact`: gives free space of the file back to the disk. */
export async function runCompact(
  terminal: Terminal,
  databasePath: string,
  options: JsonOption,
): Promise<number> {
  const db = await Aurora.open({ dbPath: databasePath, create: false });
  try {
    const report = await withProgress(terminal, (maintenance) => db.compact(maintenance));
    await writeReport(terminal, report, options, describeCompaction);
    return 0;
  } finally {
    await db.close();
  }
}

/** `aurora stats`: sizes, counts and readers of a database. */
export async function runStats(
  terminal: Terminal,
  databasePath: string,
  options: JsonOption,
): Promise<number> {
  const db = await Aurora.open({ dbPath: databasePath, create: false, readOnly: true });
  try {
    await writeReport(terminal, await db.stats(), options, describeStats);
    return 0;
  } finally {
    await db.close();
  }
}

async function withProgress<Report>(
  terminal: Terminal,
  work: (options: MaintenanceOptions) => Promise<Report>,
): Promise<Report> {
  const line = new ProgressLine(terminal);
  try {
    return await work({
      signal: terminal.signal,
      onProgress: ({ phase, fraction }) =>
        line.show(`${phaseTexts[phase]} … ${Math.floor(fraction * 100)} %`),
    });
  } finally {
    line.clear();
  }
}

const phaseTexts: Readonly<Record<MaintenanceProgress['phase'], string>> = {
  copying: 'Copying',
  comparing: 'Comparing the copy',
  verifying: 'Verifying the copy',
};

async function writeReport<Report>(
  terminal: Terminal,
  report: Report,
  options: JsonOption,
  describe: (report: Report) => string,
): Promise<void> {
  await terminal.write(options.json === true ? `${JSON.stringify(report)}\n` : describe(report));
}

function describeBackup({ path, sizeBytes, verification, elapsedMs }: BackupReport): string {
  const what = `${formatBytes(sizeBytes)} in ${path} (${formatMilliseconds(elapsedMs)})`;
  return `Backed up ${what}.\n${describeVerification(verification)}`;
}

function describeRestore(report: RestoreReport): string {
  const { path, sizeBytes, verification, keptPath, elapsedMs } = report;
  const kept = keptPath === null ? '' : `What was there is kept in ${keptPath}.\n`;
  const what = `${formatBytes(sizeBytes)} to ${path} (${formatMilliseconds(elapsedMs)})`;
  return `Restored ${what}.\n${kept}${describeVerification(verification)}`;
}

function describeVerification({ isSound, problemCount, collections }: VerifyReport): string {
  const documentCount = collections.reduce((sum, entry) => sum + entry.documentCount, 0);
  if (isSound) return `It was opened and is sound: ${countText(documentCount, 'document')}.\n`;
  const problems = countText(problemCount, 'problem');
  return `It was opened and has ${problems}, which came from its source. Run "aurora verify" to see them.\n`;
}

function describeCompaction(report: CompactReport): string {
  const { sizeBytesBefore, sizeBytesAfter, elapsedMs } = report;
  const time = formatMilliseconds(elapsedMs);
  return `Compacted: ${formatBytes(sizeBytesBefore)} → ${formatBytes(sizeBytesAfter)} (${time}).\n`;
}

function compacted({ lastCompaction }: DatabaseStats): string {
  if (lastCompaction === null) return 'never';
  const { atMs, sizeBytesBefore, sizeBytesAfter } = lastCompaction;
  return `${new Date(atMs).toISOString()} (${formatBytes(sizeBytesBefore)} → ${formatBytes(sizeBytesAfter)})`;
}

function logLength({ logFiles }: DatabaseStats): string {
  if (logFiles === null) return 'none';
  return `${formatBytes(logFiles.bytes)} in ${countText(logFiles.segmentCount, 'segment')}`;
}

function describeStats(stats: DatabaseStats): string {
  const { file, lastCloseAtMs, collections } = stats;
  const facts: string[][] = [
    ['documents', String(stats.documentCount)],
    ['last commit', String(stats.sequence)],
    ['format', String(stats.formatVersion)],
    ['last close', lastCloseAtMs === null ? 'never' : new Date(lastCloseAtMs).toISOString()],
  ];
  if (stats.refusal !== null && !stats.readOnly) facts.push(['writes are refused', stats.refusal]);
  if (file !== null) {
    const { sizeBytes, usedBytes, diskFreeBytes } = file;
    facts.push(
      ['file', formatBytes(sizeBytes)],
      ['in use', `${formatBytes(usedBytes)} (${percent(usedBytes, sizeBytes)})`],
      ['free on the disk', formatBytes(diskFreeBytes)],
      ['documents on disk', stats.cold.mode === 'LowSpace' ? 'deflated' : 'as they are'],
      ['last compaction', compacted(stats)],
      ['log', logLength(stats)],
    );
  }
  const left = (title: string) => ({ title, isRightAligned: false });
  const right = (title: string) => ({ title, isRightAligned: true });
  const rows = collections.map(({ name, documentCount, indexCount }) => [
    name,
    String(documentCount),
    String(indexCount),
  ]);
  const table = formatTable([left('collection'), right('documents'), right('indexes')], rows);
  const width = Math.max(...facts.map(([name = '']) => name.length));
  const lines = facts.map(([name = '', value = '']) => `${name.padEnd(width)}  ${value}\n`);
  return `${stats.path}\n${lines.join('')}\n${table}`;
}

function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / Math.max(1, whole))} %`;
}
