import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildSample, encodeDocuments } from './build-sample.ts';

const folder = join(import.meta.dirname, '../resources/sample');
const sample = buildSample();

type Row = Readonly<Record<string, unknown>>;

function rows(collection: string): readonly Row[] {
  return (sample.get(collection) ?? []) as readonly Row[];
}

describe('the sample data', () => {
  it('is what the script makes, so that nobody edits it by hand', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.gz'));
    expect(files.sort()).toEqual([...sample.keys()].map((name) => `${name}.ndjson.gz`).sort());
    for (const [collection, documents] of sample) {
      const committed = gunzipSync(readFileSync(join(folder, `${collection}.ndjson.gz`)));
      expect(gunzipSync(encodeDocuments(documents)).equals(committed), collection).toBe(true);
    }
  });

  it('has enough documents to feel like a database, and is small enough to ship', () => {
    const documentCount = [...sample.values()].reduce(
      (sum, documents) => sum + documents.length,
      0,
    );
    const byteCount = readdirSync(folder).reduce(
      (sum, name) => sum + readFileSync(join(folder, name)).length,
      0,
    );
    expect(documentCount).toBeGreaterThan(25_000);
    expect(byteCount).toBeLessThan(3 * 1024 * 1024);
  });

  it('has ids that are unique and ascend inside of each collection', () => {
    const all = new Set<unknown>();
    for (const collection of sample.keys()) {
      const ids = rows(collection).map((row) => String(row['id']));
      expect([...ids].sort(), collection).toEqual(ids);
      for (const id of ids) {
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        all.add(`${collection} ${id}`);
      }
    }
    expect(all.size).toBe([...sample.keys()].reduce((sum, name) => sum + rows(name).length, 0));
  });

  it.each([
    ['country_years', 'country_id', 'countries'],
    ['airports', 'country_id', 'countries'],
    ['flights', 'origin_id', 'airports'],
    ['flights', 'destination_id', 'airports'],
    ['films', 'director_id', 'directors'],
  ])('%s.%s points to documents of %s', (collection, field, target) => {
    const ids = new Set(rows(target).map((row) => row['id']));
    const dangling = rows(collection).filter(
      (row) => row[field] !== undefined && !ids.has(row[field]),
    );
    expect(dangling).toEqual([]);
  });

  it('is clean: no film of the future, no date that is none', () => {
    const films = rows('films');
    expect(films.filter((film) => Number(film['year']) > 2011)).toEqual([]);
    expect(films.find((film) => film['title'] === 'Gone with the Wind')?.['year']).toBe(1939);
    expect(films.filter((film) => film['title'] === 'Léon')).toHaveLength(1);
    for (const collection of sample.keys()) {
      for (const row of rows(collection)) {
        for (const [key, value] of Object.entries(row)) {
          if (/_at$|^date$/.test(key)) expect(new Date(String(value)).toISOString()).toBe(value);
        }
      }
    }
  });
});
