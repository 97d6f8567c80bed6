/*
 * Documents as text. NDJSON has a document on each line, JSON a list, CSV (RFC 4180) a row under a header. What NDJSON and
 * JSON say, import reads back exactly: a field that is not set stays away.
 */

export type DocumentTextFormat = 'json' | 'ndjson' | 'csv';

export interface DocumentTextOptions {
  /** `ndjson` unless told. */
  readonly format?: DocumentTextFormat | undefined;
  /** For CSV: what stands for null and for what is not set; nothing unless told. */
  readonly nullToken?: string | undefined;
  /** For CSV: the character between columns; a comma unless told. */
  readonly delimiter?: string | undefined;
  /** For CSV: whether the names of the columns stand above the rows; true unless told. */
  readonly header?: boolean | undefined;
}

export type TextDocument = Readonly<Record<string, unknown>>;

export interface DocumentText {
  readonly head: string;
  readonly end: string;
  readonly document: (document: TextDocument, isFirst: boolean) => string;
}

/** How documents of these fields are written. */
export function documentText(
  names: readonly string[],
  { format = 'ndjson', nullToken = '', delimiter = ',', header = true }: DocumentTextOptions,
): DocumentText {
  switch (format) {
    case 'ndjson':
      return { head: '', end: '', document: (each) => `${JSON.stringify(each)}\n` };
    case 'json':
      return {
        head: '[',
        end: '\n]\n',
        document: (each, isFirst) => `${isFirst ? '\n' : ',\n'}${JSON.stringify(each)}`,
      };
    case 'csv': {
      const quoting = new RegExp(`["\\r\\n${delimiter.replace(/[\\\]^-]/, '\\$&')}]`);
      const quoted = (text: string): string =>
        quoting.test(text) || text === nullToken ? `"${text.replaceAll('"', '""')}"` : text;
      const cell = (value: unknown): string => {
        if (value === null || value === undefined) return nullToken;
        return quoted(typeof value === 'string' ? value : JSON.stringify(value));
      };
      return {
        head: header ? `${names.map(quoted).join(delimiter)}\r\n` : '',
        end: '',
        document: (each) => `${names.map((name) => cell(each[name])).join(delimiter)}\r\n`,
      };
    }
  }
}
