/* What is chosen in the export dialog, and the task that the host gets for it. */
import type { ExportFormat, ExportTask, WireValue } from '#contract';
import { literalText } from '#engine/aql/edits';

/** Something that can be exported. */
export interface ExportSource {
  readonly label: string;
  readonly from: ExportTask['from'];
  /** How many documents or rows that is, as far as it is known. */
  readonly count: number | undefined;
}

export interface ExportForm {
  readonly format: ExportFormat;
  readonly delimiter: string;
  readonly nullToken: string;
  readonly hasHeader: boolean;
  readonly nested: ExportTask['nested'];
}

export const formats: readonly { readonly format: ExportFormat; readonly word: string }[] = [
  { format: 'ndjson', word: 'NDJSON: a document on each line' },
  { format: 'json', word: 'JSON: a list' },
  { format: 'csv', word: 'CSV: rows and columns' },
];

export const delimiters: readonly { readonly delimiter: string; readonly word: string }[] = [
  { delimiter: ',', word: 'Comma' },
  { delimiter: ';', word: 'Semicolon' },
  { delimiter: '\t', word: 'Tab' },
  { delimiter: '|', word: 'Bar' },
];

const usual: ExportForm = {
  ...{ format: 'ndjson', delimiter: ',', nullToken: '' },
  ...{ hasHeader: true, nested: 'json' },
};

/** The choices of last time; what is not understood is as usual. */
export function decodeForm(saved: WireValue | undefined): ExportForm {
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved)) return usual;
  const values = new Map(Object.entries(saved));
  const { format } = formats.find((each) => each.format === values.get('format')) ?? usual;
  const found = delimiters.find((each) => each.delimiter === values.get('delimiter'));
  const nullToken = values.get('nullToken');
  return {
    format,
    delimiter: found?.delimiter ?? usual.delimiter,
    nullToken: typeof nullToken === 'string' ? nullToken : usual.nullToken,
    hasHeader: values.get('hasHeader') !== false,
    nested: values.get('nested') === 'columns' ? 'columns' : 'json',
  };
}

/** The documents with these ids, as `where` takes it. */
export function whereIds(ids: readonly string[]): string {
  return `{ id: { in: ${literalText(ids)} } }`;
}

/** A name that every file system takes. */
export function fileNameOf(title: string): string {
  const name = title.replace(/[^\p{L}\p{N}_-]+/gu, '-').replace(/^-+|-+$/g, '');
  return name === '' ? 'export' : name.slice(0, 100);
}
