/*
 * Makes the data of the sample database from the data sets of the package vega-datasets: cleaned, joined by
 * references, and the same bytes on every run. `resources/sample/schema.aql` says what it makes.
 *
 *     node scripts/build-sample.ts [folder]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildFilms } from './sample/films.ts';
import { buildFlights, readFlights, servedAirports } from './sample/flights.ts';
import { buildAirports, buildCountries } from './sample/geography.ts';
import { buildCars, buildEarthquakes, buildWeather } from './sample/measurements.ts';

/** The documents of every collection; references point to collections named before. */
export function buildSample(): ReadonlyMap<string, readonly object[]> {
  const { countries, countryYears } = buildCountries();
  const flights = readFlights();
  const airports = buildAirports(countries, servedAirports(flights));
  const { films, directors } = buildFilms();
  return new Map([
    ['countries', countries],
    ['country_years', countryYears],
    ['airports', airports],
    ['flights', buildFlights(flights, airports)],
    ['directors', directors],
    ['films', films],
    ['earthquakes', buildEarthquakes()],
    ['weather', buildWeather()],
    ['cars', buildCars()],
  ]);
}

/** Documents as lines of JSON, compressed. The header says nothing of time and machine. */
export function encodeDocuments(documents: readonly object[]): Buffer {
  const lines = documents.map((document) => `${JSON.stringify(document)}\n`).join('');
  const bytes = gzipSync(lines, { level: 9 });
  const operatingSystemUnknown = 255;
  bytes[9] = operatingSystemUnknown;
  return bytes;
}

function writeSample(folder: string): void {
  mkdirSync(folder, { recursive: true });
  let documentCount = 0;
  let byteCount = 0;
  for (const [collection, documents] of buildSample()) {
    const bytes = encodeDocuments(documents);
    writeFileSync(join(folder, `${collection}.ndjson.gz`), bytes);
    documentCount += documents.length;
    byteCount += bytes.length;
  }
  const size = `${(byteCount / 1024).toFixed(0)} KiB`;
  process.stdout.write(`Sample: ${documentCount} documents, ${size}, in ${folder}\n`);
}

if (process.argv[1] === import.meta.filename) {
  const standard = join(dirname(import.meta.dirname), 'resources/sample');
  writeSample(resolve(process.argv[2] ?? standard));
}
