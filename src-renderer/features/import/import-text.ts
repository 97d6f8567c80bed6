/* What the wizard says. */
import {
  type ImportFormatName,
  type ImportInspectionInfo,
  type ImportReportInfo,
  WireError,
} from '#contract';
import type { Passage } from './wizard-state.ts';

export const formatWords: { readonly [Format in ImportFormatName]: string } = {
  csv: 'CSV',
  tsv: 'TSV',
  ndjson: 'NDJSON, a document on each line',
  json: 'JSON',
};

export const delimiters = [
  [',', 'Commas'],
  [';', 'Semicolons'],
  ['\t', 'Tabs'],
  ['|', 'Bars'],
] as const;

export function inspectionOf(look: Passage): ImportInspectionInfo | undefined {
  return look.kind === 'ended' && look.end.state === 'inspected' ? look.end.inspection : undefined;
}

/** What a passage has failed with, wherever it did. */
export function lookProblem(passage: Passage): unknown {
  if (passage.kind === 'failed') return passage.error;
  if (passage.kind === 'ended' && passage.end.state === 'failed') {
    return new WireError(passage.end.error);
  }
  return undefined;
}

/** `CSV, separated by semicolons: 3 columns, 5 records.` */
export function lookText(inspection: ImportInspectionInfo): string {
  const { format, delimiter, columns, recordCount, isWhole } = inspection;
  if (recordCount === 0) return 'There are no records in it.';
  const name = format === 'ndjson' ? 'NDJSON' : formatWords[format];
  const word = delimiters.find(([each]) => each === delimiter)?.[1].toLowerCase();
  const parted = delimiter === null ? '' : `, separated by ${word ?? `"${delimiter}"`}`;
  const records = `${isWhole ? '' : 'more than '}${counted(recordCount, 'record')}`;
  return `${name}${parted}: ${counted(columns.length, 'column')}, ${records}.`;
}

export function counted(count: number, noun: string): string {
  return `${numberText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function numberText(count: number): string {
  return count.toLocaleString('en-US');
}

/** `would insert 2 documents, replace 1 and refuse 3 of 6 records`. */
export function outcomeText(report: ImportReportInfo, tense: 'would' | 'did'): string {
  const { importedCount, updatedCount, rejectedCount, recordCount } = report;
  const inserted = importedCount - updatedCount;
  const [insert, replace, refuse] =
    tense === 'would' ? ['insert', 'replace', 'refuse'] : ['Inserted', 'replaced', 'refused'];
  const parts = [
    `${insert} ${counted(inserted, 'document')}`,
    ...(updatedCount === 0 ? [] : [`${replace} ${numberText(updatedCount)}`]),
    ...(rejectedCount === 0 ? [] : [`${refuse} ${numberText(rejectedCount)}`]),
  ];
  const last = parts.pop() ?? '';
  const list = parts.length === 0 ? last : `${parts.join(', ')} and ${last}`;
  return `${list} of ${counted(recordCount, 'record')}.`;
}
