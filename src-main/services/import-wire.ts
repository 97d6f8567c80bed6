/* Imports as the engine has them, and as pages do. */
import type {
  ImportInspectionInfo,
  ImportOrder,
  ImportReading,
  ImportReportInfo,
  InspectedRecord,
} from '#contract';
import type {
  ColumnMapping,
  ImportColumn,
  ImportInspection,
  ImportOptions,
  ImportReport,
} from '#engine';
import { serviceLimits } from './limits.ts';
import { toFieldType } from './to-wire.ts';

export function toImportOptions(order: ImportOrder): ImportOptions {
  const { format, columns, upsertKey, onReject, skipRecords } = order;
  const mapping = new Map<string, ColumnMapping>(
    columns.map(({ source, field, type, isSkipped }) => [
      source,
      {
        ...(field === undefined ? {} : { field }),
        ...(type === undefined ? {} : { type }),
        ...(isSkipped === undefined ? {} : { skip: isSkipped }),
      },
    ]),
  );
  return {
    format,
    mapping: Object.fromEntries(mapping),
    onError: onReject,
    rejectionsMax: serviceLimits.importRejectionsMax,
    ...readingOf(order),
    ...(upsertKey === undefined ? {} : { upsertKey }),
    ...(skipRecords === undefined ? {} : { skipRecords }),
  };
}

export function readingOf({ delimiter, pointer, nullTokens }: ImportReading): ImportReading {
  return {
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(pointer === undefined ? {} : { pointer }),
    ...(nullTokens === undefined ? {} : { nullTokens }),
  };
}

export function toInspectionInfo(inspection: ImportInspection): ImportInspectionInfo {
  const { format, delimiter = null, columns, records, recordCount, isWhole } = inspection;
  const places = new Map(columns.map(({ source }, place) => [source, place]));
  return {
    format,
    delimiter,
    columns: columns.map((column) => ({
      ...toColumnInfo(column),
      foundType: toFieldType(column.foundType),
      isDefined: column.isDefined,
    })),
    records: records.map((record) => toInspectedRecord(record, places)),
    recordCount,
    isWhole,
  };
}

export function toImportReportInfo(report: ImportReport): ImportReportInfo {
  const { dryRun: _dryRun, columns, ...rest } = report;
  return { ...rest, columns: columns.map(toColumnInfo) };
}

function toColumnInfo({ source, field, type, nullable }: ImportColumn) {
  return { source, field, type: toFieldType(type), nullable };
}

function toInspectedRecord(
  record: ImportInspection['records'][number],
  places: ReadonlyMap<string, number>,
): InspectedRecord {
  const { line } = record;
  if ('problem' in record) return { line, cells: [], problem: record.problem };
  const cells = Object.entries(record.values).flatMap(([source, value]) => {
    const place = places.get(source);
    return place === undefined ? [] : [[place, cellText(value)] as const];
  });
  return { line, cells };
}

function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const text =
    typeof value === 'string' || typeof value === 'bigint'
      ? String(value)
      : JSON.stringify(value, (_key, inner: unknown) =>
          typeof inner === 'bigint' ? String(inner) : inner,
        );
  const most = serviceLimits.importCellLengthMax;
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
