/* What the engine's own preview says of the writes of a text, in the form of the wire. */
import type {
  ColumnBatch,
  ResultColumn,
  WireErrorShape,
  WireValue,
  WriteKind,
  WritePreview,
} from '#contract';
import {
  AuroraError,
  type Database,
  type PreviewedWrite,
  type PreviewReport,
  type PreviewSample,
} from '#engine';
import { serviceLimits } from './limits.ts';
import type { TextWrite } from './text-writes.ts';
import { toFieldType } from './to-wire.ts';

export type ExactPreview = Pick<
  WritePreview,
  | 'count'
  | 'isAtLeast'
  | 'columns'
  | 'rows'
  | 'after'
  | 'unchangedCount'
  | 'danglingReferences'
  | 'error'
>;

/** Schema and migrate blocks are counted as what they touch. */
const definitions: ReadonlySet<WriteKind> = new Set([
  'defineCollection',
  'alterCollection',
  'dropCollection',
  'defineHandler',
  'dropHandler',
  'migrateData',
]);

interface ExactRequest {
  readonly text: string;
  readonly variables: Readonly<Record<string, WireValue>>;
  readonly signal: AbortSignal;
}

/**
 * The effect of each write; `undefined` when the engine cannot say it in time, or not at all: mutations beside
 * definitions, and definitions themselves.
 */
export async function exactPreviews(
  database: Database,
  writes: readonly TextWrite[],
  { text, variables, signal }: ExactRequest,
): Promise<((write: TextWrite) => ExactPreview | undefined) | undefined> {
  if (writes.some(({ kind }) => definitions.has(kind))) return undefined;
  const samplesMax = serviceLimits.previewRowsMax;
  const limited = AbortSignal.any([signal, AbortSignal.timeout(serviceLimits.previewMsMax)]);
  try {
    const report = await database.preview(text, { variables, samplesMax, signal: limited });
    return (write) => previewOf(database, report, write);
  } catch (error) {
    if (error instanceof AuroraError && error.code === 'Timeout' && !signal.aborted)
      return undefined;
    throw error;
  }
}

function previewOf(
  database: Database,
  report: PreviewReport,
  { span }: TextWrite,
): ExactPreview | undefined {
  const found = report.writes.find((each) => each.span.start === span.start);
  if (found !== undefined) return effectOf(database, found);
  const { error } = report;
  if (error === undefined) return undefined;
  const { code, message, hint } = error;
  const shape: WireErrorShape = { code, message, ...(hint === undefined ? {} : { hint }) };
  return { isAtLeast: false, columns: [], rows: { rowCount: 0, columns: [] }, error: shape };
}

function effectOf(database: Database, write: PreviewedWrite): ExactPreview {
  const { kind, insertedCount, updatedCount, unchangedCount, deletedCount, samples } = write;
  const { danglingReferences } = write;
  const columns = columnsOf(database, write);
  const before = samples.filter((sample) => sample.before !== undefined);
  const isChange = before.some(({ after }) => after !== undefined);
  return {
    count: kind === 'insert' || kind === 'enqueue' ? insertedCount : updatedCount + deletedCount,
    isAtLeast: false,
    columns,
    rows: rowsOf(columns, before, 'before'),
    ...(isChange ? { after: rowsOf(columns, before, 'after'), unchangedCount } : {}),
    ...(danglingReferences.length > 0 ? { danglingReferences } : {}),
  };
}

/** As many as are shown, in their order; those that the samples change come before others that would fit. */
function columnsOf(
  database: Database,
  { collection, samples }: PreviewedWrite,
): readonly ResultColumn[] {
  const definition = database.catalog().collections.find(({ name }) => name === collection);
  const fields = definition?.fields ?? [];
  const changed = fields.filter(({ name }) => samples.some((sample) => isChanged(sample, name)));
  const chosen = new Set(
    [...new Set([...changed, ...fields])].slice(0, serviceLimits.previewColumnsMax - 1),
  );
  const id = { name: 'id', type: { kind: 'scalar', name: 'Uuid' }, nullable: false } as const;
  return [id, ...fields.filter((field) => chosen.has(field))].map(({ name, type, nullable }) => ({
    ...{ name, path: name, type: toFieldType(type), nullable },
  }));
}

function isChanged({ before, after }: PreviewSample, name: string): boolean {
  if (before === undefined || after === undefined) return false;
  return JSON.stringify(before[name]) !== JSON.stringify(after[name]);
}

function rowsOf(
  columns: readonly ResultColumn[],
  samples: readonly PreviewSample[],
  image: 'before' | 'after',
): ColumnBatch {
  const missing: number[][] = columns.map(() => []);
  const values = columns.map(({ name }, column) =>
    samples.map((sample, row) => {
      const document = sample[image];
      if (document !== undefined && Object.hasOwn(document, name)) return document[name] ?? null;
      missing[column]?.push(row);
      return null;
    }),
  );
  return { rowCount: samples.length, columns: values, missing };
}
