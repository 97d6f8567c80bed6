/*
 * A look at the beginning of what is to be imported: in which format it is, its first records, and where its columns
 * would go. It reads as many records as an import that defines a collection from a stream does, so both find the same
 * types.
 */
import type { CollectionDefinition, FieldType } from '#engine/aql';
import { chain } from '../base/chain.ts';
import { systemClock } from '../base/clock.ts';
import { TimeSlicer } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { TypeInference } from './import-inference.ts';
import { batchCharactersMax, sampleRecordsMax } from './import-limits.ts';
import { planExistingCollection, planNewCollection } from './import-plan.ts';
import { formatOfText, readRecords } from './import-records.ts';
import type {
  ImportColumn,
  ImportFormat,
  ImportOptions,
  ImportRecord,
  ImportSource,
} from './import-report.ts';
import { formatOfFile, isTextual, readText, sourceName } from './import-text.ts';

export type InspectOptions = Pick<
  ImportOptions,
  'format' | 'delimiter' | 'pointer' | 'nullTokens' | 'signal'
> & {
  /** May announce the format, where the source has no name. */
  readonly fileName?: string;
  /** Records that are given as they are; 50 when left out. */
  readonly recordsMax?: number;
};

/** A column of the source, and the field that it would go to. */
export interface InspectedColumn extends ImportColumn {
  /** What its values have in common. */
  readonly foundType: FieldType;
  /** False when a collection that exists has no such field. */
  readonly isDefined: boolean;
}

export interface ImportInspection {
  readonly format: ImportFormat;
  /** What separates the columns; `undefined` where nothing does. */
  readonly delimiter: string | undefined;
  readonly columns: readonly InspectedColumn[];
  /** The first records. */
  readonly records: readonly ImportRecord[];
  /** How many records were read. */
  readonly recordCount: number;
  /** True when there are no others. */
  readonly isWhole: boolean;
}

/** What an import would find. `definition` is that of the collection, where there is one. */
export interface InspectTarget {
  readonly name: string;
  readonly definition: CollectionDefinition | undefined;
}

/** @throws AuroraError `ImportFailed` when what is read is no text of the format; `Cancelled` */
export async function inspectImport(
  target: InspectTarget,
  source: ImportSource,
  options: InspectOptions = {},
): Promise<ImportInspection> {
  const text = readText(source);
  const first = await text.next();
  const held = first.done === true ? [] : [first.value];
  const [beginning = ''] = held;
  const format =
    options.format ??
    formatOfFile('path' in source ? source.path : (options.fileName ?? '')) ??
    textFormat(source, beginning);
  let delimiter: string | undefined;
  const found = readRecords(chain(held, text), format, {
    ...options,
    onDelimiter: (used) => {
      delimiter = used;
    },
  });
  const sample = await readSample(found, { ...options, isTextual: isTextual(format) });
  const { records, recordCount, isWhole } = sample;
  const columns = columnsOf(target, sample);
  return { format, delimiter, columns, records, recordCount, isWhole };
}

function columnsOf(
  { name, definition }: InspectTarget,
  { inference, values, isWhole }: Sample,
): readonly InspectedColumn[] {
  const found = inference.columns();
  const plan =
    definition === undefined
      ? planNewCollection(name, found, { isWhole })
      : planExistingCollection(definition);
  for (const { source } of found) plan.targetOf(source, values.get(source) ?? null);
  const foundTypes = new Map(found.map(({ source, type }) => [source, type]));
  const defined = new Set(['id', ...plan.definition.fields.map((field) => field.name)]);
  return plan.columns().map((column) => ({
    ...column,
    foundType: foundTypes.get(column.source) ?? column.type,
    isDefined: defined.has(column.field),
  }));
}

interface Sample {
  readonly inference: TypeInference;
  readonly records: readonly ImportRecord[];
  /** A value of each column that has one. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly recordCount: number;
  readonly isWhole: boolean;
}

async function readSample(
  source: AsyncGenerator<ImportRecord>,
  options: InspectOptions & { readonly isTextual: boolean },
): Promise<Sample> {
  const { recordsMax = 50, signal } = options;
  const inference = new TypeInference(options);
  const slicer = new TimeSlicer(systemClock, { signal });
  const records: ImportRecord[] = [];
  const values = new Map<string, unknown>();
  let recordCount = 0;
  let characters = 0;
  for await (const record of source) {
    recordCount += 1;
    if (records.length < recordsMax) records.push(record);
    if ('values' in record) {
      inference.observe(record.values);
      characters += record.characterCount;
      for (const [name, value] of Object.entries(record.values)) {
        if (value !== null && !values.has(name)) values.set(name, value);
      }
    }
    if (recordCount >= sampleRecordsMax || characters >= 4 * batchCharactersMax) {
      return { inference, records, values, recordCount, isWhole: false };
    }
    await slicer.yieldIfDue();
  }
  return { inference, records, values, recordCount, isWhole: true };
}

function textFormat(source: ImportSource, beginning: string): ImportFormat {
  if (!beginning.slice(0, 1_000).includes('\0')) return formatOfText(beginning);
  throw new AuroraError('ImportFailed', `${sourceName(source)} is no text.`, {
    hint: 'Import reads JSON, NDJSON, CSV and TSV, in UTF-8, also compressed with gzip.',
  });
}
