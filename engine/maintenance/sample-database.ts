/*
 * Makes the sample database from a folder with `schema.aql` and one `<collection>.ndjson.gz` for each collection.
 * It uses nothing but what every application has: a schema block and import.
 */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Aurora } from '../aurora.ts';
import { AuroraError } from '../errors.ts';

export interface SampleProgress {
  /** The collection that is being filled. */
  readonly collection: string;
  readonly documentCount: number;
}

export interface SampleOptions {
  readonly signal?: AbortSignal;
  /** Called after each commit. `documentCount` grows over all collections. */
  readonly onProgress?: (progress: SampleProgress) => void;
}

/** A sample database that was made. */
export interface SampleReport {
  readonly path: string;
  readonly collectionCount: number;
  readonly documentCount: number;
}

/**
 * Creates the sample database in `folder`, which must not hold a database yet, from the files in `sampleFolder`,
 * and closes it. When it fails or is cancelled, nothing of it stays.
 * @throws InvalidOption when `folder` exists; ImportFailed when a file of the sample is missing or damaged; Cancelled.
 */
export async function createSampleDatabase(
  folder: string,
  sampleFolder: string,
  options: SampleOptions = {},
): Promise<SampleReport> {
  if (existsSync(folder)) {
    throw new AuroraError('InvalidOption', `There is already something at "${folder}".`, {
      hint: 'Choose a folder that does not exist.',
    });
  }
  const schema = await readSchema(sampleFolder);
  try {
    return await fill(folder, schema, sampleFolder, options);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function fill(
  folder: string,
  schema: string,
  sampleFolder: string,
  options: SampleOptions,
): Promise<SampleReport> {
  const { signal, onProgress } = options;
  const db = await Aurora.open({ dbPath: folder });
  try {
    await db.execute(schema);
    const { collections } = db.catalog();
    let documentCount = 0;
    for (const { name } of collections) {
      const before = documentCount;
      const source = { path: join(sampleFolder, `${name}.ndjson.gz`) };
      const report = await db.importInto(name, source, {
        ...(signal === undefined ? {} : { signal }),
        onProgress: ({ importedCount }) =>
          onProgress?.({ collection: name, documentCount: before + importedCount }),
      });
      requireCompleted(name, report.rejections);
      documentCount += report.importedCount;
    }
    return { path: db.path, collectionCount: collections.length, documentCount };
  } finally {
    await db.close();
  }
}

async function readSchema(sampleFolder: string): Promise<string> {
  const path = join(sampleFolder, 'schema.aql');
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw missingSample(path, error);
  }
}

function missingSample(path: string, cause: unknown): AuroraError {
  return new AuroraError('ImportFailed', `The sample's schema "${path}" cannot be read.`, {
    cause,
    hint: 'Give the folder that holds schema.aql and the .ndjson.gz files.',
  });
}

function requireCompleted(
  collection: string,
  rejections: readonly { readonly line: number; readonly reason: string }[],
): void {
  const [first] = rejections;
  if (first === undefined) return;
  throw new AuroraError(
    'ImportFailed',
    `The sample's "${collection}" does not fit its schema: line ${first.line}: ${first.reason}`,
    { details: { line: first.line } },
  );
}
