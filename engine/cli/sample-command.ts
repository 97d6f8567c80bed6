import { join } from 'node:path';
import { createSampleDatabase, type SampleReport } from '#engine';
import { findPackageRoot } from './package-root.ts';
import { ProgressLine } from './progress-line.ts';
import { formatMilliseconds } from './table-result-writer.ts';
import type { Terminal } from './terminal.ts';

/** `aurora sample`: makes the sample database in a folder that does not exist yet. */
export async function runSample(
  terminal: Terminal,
  folder: string,
  options: { readonly json?: boolean },
): Promise<number> {
  const startedMs = performance.now();
  const sampleFolder = join(findPackageRoot().folder, 'resources/sample');
  const report = await createWithProgress(terminal, folder, sampleFolder);
  const { path, collectionCount, documentCount } = report;
  const time = formatMilliseconds(performance.now() - startedMs);
  await terminal.write(
    options.json === true
      ? `${JSON.stringify(report)}\n`
      : `Made the sample database "${path}": ${collectionCount} collections, ${documentCount} documents (${time}).\n`,
  );
  return 0;
}

async function createWithProgress(
  terminal: Terminal,
  folder: string,
  sampleFolder: string,
): Promise<SampleReport> {
  const progress = new ProgressLine(terminal);
  try {
    return await createSampleDatabase(folder, sampleFolder, {
      signal: terminal.signal,
      onProgress: ({ collection, documentCount }) =>
        progress.show(`${documentCount} documents, now ${collection} …`),
    });
  } finally {
    progress.clear();
  }
}
