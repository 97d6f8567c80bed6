import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';

export type SourceRow = Readonly<Record<string, unknown>>;

const dataFolder = join(dirname(dirname(import.meta.dirname)), 'node_modules/vega-datasets/data');

/** The rows of a JSON list of the data package. */
export function readJsonRows(file: string): readonly SourceRow[] {
  return asRows(JSON.parse(readFileSync(join(dataFolder, file), 'utf8')), file);
}

/** The `properties`, `geometry` and `id` of each feature of a GeoJSON file of the data package. */
export function readFeatures(file: string): readonly SourceRow[] {
  const whole: unknown = JSON.parse(readFileSync(join(dataFolder, file), 'utf8'));
  return asRows(asRow(whole, file)['features'], file);
}

/** The rows of a CSV file of the data package; every value is text. */
export function readCsvRows(file: string): readonly Readonly<Record<string, string>>[] {
  return parse<Record<string, string>>(readFileSync(join(dataFolder, file)), {
    bom: true,
    columns: true,
  });
}

export function asRow(value: unknown, what: string): SourceRow {
  if (typeof value !== 'object' || value === null) throw new Error(`${what} is not an object.`);
  return value as SourceRow;
}

export function asText(value: unknown): string | undefined {
  return value === null || value === undefined || value === '' ? undefined : String(value);
}

export function asNumber(value: unknown): number | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  const number = Number(value);
  if (!Number.isFinite(number)) throw new Error(`${String(value)} is not a number.`);
  return number;
}

export function needText(value: unknown, what: string): string {
  const text = asText(value);
  if (text === undefined) throw new Error(`${what} is missing.`);
  return text;
}

export function needNumber(value: unknown, what: string): number {
  const number = asNumber(value);
  if (number === undefined) throw new Error(`${what} is missing.`);
  return number;
}

function asRows(value: unknown, what: string): readonly SourceRow[] {
  if (!Array.isArray(value)) throw new Error(`${what} holds no list.`);
  return value.map((row, index) => asRow(row, `${what}[${index}]`));
}
