import { Aurora, type Database, type VerifyReport } from '#engine';
import { countText } from './count-text.ts';
import { ProgressLine } from './progress-line.ts';
import { formatMilliseconds } from './table-result-writer.ts';
import type { Terminal } from './terminal.ts';

/** `aurora verify`: reads the whole database and tells where documents and indexes disagree. */
export async function runVerify(
  terminal: Terminal,
  databasePath: string,
  options: { readonly json?: boolean },
): Promise<number> {
  const db = await Aurora.open({ dbPath: databasePath, create: false, readOnly: true });
  try {
    const report = await verifyWithProgress(terminal, db);
    await terminal.write(options.json === true ? `${JSON.stringify(report)}\n` : describe(report));
    return report.isSound ? 0 : 1;
  } finally {
    await db.close();
  }
}

async function verifyWithProgress(terminal: Terminal, db: Database): Promise<VerifyReport> {
  const line = new ProgressLine(terminal);
  try {
    return await db.verify({
      signal: terminal.signal,
      onProgress: ({ documentsDone, documentsAll }) =>
        line.show(
          `${documentsDone.toLocaleString('en-US')} of ${countText(documentsAll, 'document')} …`,
        ),
    });
  } finally {
    line.clear();
  }
}

function describe(report: VerifyReport): string {
  const documentCount = report.collections.reduce((sum, entry) => sum + entry.documentCount, 0);
  const indexCount = report.collections.reduce((sum, entry) => sum + entry.indexes.length, 0);
  const keptCount = report.kept.reduce((sum, entry) => sum + entry.documentCount, 0);
  const kept = keptCount === 0 ? '' : `, and ${keptCount.toLocaleString('en-US')} kept for undoing`;
  const time = formatMilliseconds(report.elapsedMs);
  const read = `${countText(documentCount, 'document')} and ${countText(indexCount, 'index', 'indexes')} of ${countText(report.collections.length, 'collection')}`;
  if (report.isSound) return `The database is sound: ${read} agree${kept} (${time}).\n`;
  const lines = report.problems.map(
    ({ collection, id, message }) =>
      `  ${[collection, id].filter(Boolean).join(' ')}${collection === '' ? '' : ': '}${message}\n`,
  );
  const unsaid = report.problemCount - report.problems.length;
  const rest = unsaid > 0 ? `  … and ${unsaid} more\n` : '';
  return `Found ${countText(report.problemCount, 'problem')} in ${read}${kept} (${time}):\n${lines.join('')}${rest}`;
}
