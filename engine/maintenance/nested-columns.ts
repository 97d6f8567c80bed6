/*
 * Columns of CSV for what is inside of objects: `home` with a city and a street becomes `home.city` and `home.street`.
 * Which there are is only known once all documents were looked at. Lists, and objects without fields, stay values.
 */
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { TextDocument } from './document-text.ts';

export class NestedColumns {
  readonly #fields: readonly string[];
  /** The columns of each field, in the order in which they were found. */
  readonly #columns: ReadonlyMap<string, Set<string>>;
  #count = 0;

  constructor(fields: readonly string[]) {
    this.#fields = fields;
    this.#columns = new Map(fields.map((field) => [field, new Set<string>()]));
  }

  /** The columns that were found; a field that nowhere holds anything has its own. */
  get names(): readonly string[] {
    return this.#fields.flatMap((field) => {
      const columns = this.#columns.get(field) ?? [];
      const found = [...columns];
      return found.length === 0 ? [field] : found;
    });
  }

  /** @throws AuroraError `LimitExceeded` for very many columns */
  look(document: TextDocument): void {
    this.#visit(document, (column, _value, columns) => {
      if (columns.has(column)) return;
      columns.add(column);
      this.#count += 1;
      if (this.#count > limits.exportColumnsMax) throw tooManyColumns();
    });
  }

  /** A document with a field for each column. @throws AuroraError `WriteConflict` for a column that was not found before */
  flatten(document: TextDocument): TextDocument {
    const flat: Record<string, unknown> = {};
    this.#visit(document, (column, value, columns) => {
      if (!columns.has(column)) throw changed(column);
      flat[column] = value;
    });
    return flat;
  }

  #visit(
    document: TextDocument,
    take: (column: string, value: unknown, columns: Set<string>) => void,
  ): void {
    for (const [field, columns] of this.#columns) {
      const visit = (value: unknown, path: string): void => {
        if (value === null || value === undefined) return;
        const entries =
          typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [];
        if (entries.length === 0) take(path, value, columns);
        for (const [key, inner] of entries) visit(inner, `${path}.${key}`);
      };
      visit(document[field], field);
    }
  }
}

function tooManyColumns(): AuroraError {
  const most = limits.exportColumnsMax;
  return new AuroraError('LimitExceeded', `The nested fields would be more than ${most} columns.`, {
    hint: 'Leave them as JSON, or select less.',
  });
}

function changed(column: string): AuroraError {
  return new AuroraError(
    'WriteConflict',
    `"${column}" has come to be while the file was written.`,
    {
      hint: 'Export again.',
    },
  );
}
