import { asText, needNumber, needText, readCsvRows, readJsonRows } from './source-data.ts';
import { stableId } from './stable-id.ts';

export interface Country {
  readonly id: string;
  readonly name: string;
  readonly region?: string;
  readonly population?: number;
  readonly life_expectancy?: number;
  readonly children_per_woman?: number;
}

export interface Airport {
  readonly id: string;
  readonly iata: string;
  readonly name: string;
  readonly city?: string;
  readonly state?: string;
  readonly country_id: string;
  readonly location: { readonly latitude: number; readonly longitude: number };
  readonly is_served: boolean;
}

/** The numbers of the `cluster` column. */
const regions: readonly string[] = [
  'South Asia',
  'Europe and Central Asia',
  'Sub-Saharan Africa',
  'Americas',
  'East Asia and Pacific',
  'Middle East and North Africa',
];

/** Names of the airport list that are written differently, or are no countries of the statistics. */
const countryNames: ReadonlyMap<string, string> = new Map([
  ['USA', 'United States'],
  ['N Mariana Islands', 'Northern Mariana Islands'],
]);

/** Countries with the figures of 2005, those without statistics last; and one document for each year. */
export function buildCountries(): {
  readonly countries: readonly Country[];
  readonly countryYears: readonly object[];
} {
  const rows = readJsonRows('gapminder.json');
  const names = new Set(rows.map((row) => needText(row['country'], 'country')));
  for (const airport of readCsvRows('airports.csv')) names.add(countryName(airport['country']));
  const countries = [...names].map((name, ordinal) => ({
    id: stableId('countries', ordinal, name),
    name,
    ...latestFigures(rows.filter((row) => row['country'] === name)),
  }));
  const ids = new Map(countries.map((country) => [country.name, country.id]));
  const countryYears = rows.map((row, ordinal) => {
    const name = needText(row['country'], 'country');
    const year = needNumber(row['year'], 'year');
    return {
      id: stableId('country_years', ordinal, `${name} ${year}`),
      country_id: needText(ids.get(name), name),
      year,
      ...figures(row),
    };
  });
  return { countries, countryYears };
}

/** The airports of the list, in its order. `served` holds the codes that flights use. */
export function buildAirports(
  countries: readonly Country[],
  served: ReadonlySet<string>,
): readonly Airport[] {
  const ids = new Map(countries.map((country) => [country.name, country.id]));
  return readCsvRows('airports.csv').map((row, ordinal) => {
    const iata = needText(row['iata'], 'iata');
    const city = knownPlace(row['city']);
    const state = knownPlace(row['state']);
    return {
      id: stableId('airports', ordinal, iata),
      iata,
      name: needText(row['name'], iata).trim(),
      ...(city === undefined ? {} : { city }),
      ...(state === undefined ? {} : { state }),
      country_id: needText(ids.get(countryName(row['country'])), iata),
      location: {
        latitude: needNumber(row['latitude'], iata),
        longitude: needNumber(row['longitude'], iata),
      },
      is_served: served.has(iata),
    };
  });
}

function countryName(text: string | undefined): string {
  const name = needText(text, 'country');
  return countryNames.get(name) ?? name;
}

/** The list writes NA where a place outside of the states has no city or state. */
function knownPlace(text: string | undefined): string | undefined {
  const place = asText(text)?.trim();
  return place === 'NA' ? undefined : place;
}

function latestFigures(rows: readonly Readonly<Record<string, unknown>>[]): object {
  const latest = rows.at(-1);
  if (latest === undefined) return {};
  const region = regions[needNumber(latest['cluster'], 'cluster')];
  return { region: needText(region, 'region'), ...figures(latest) };
}

function figures(row: Readonly<Record<string, unknown>>): object {
  return {
    population: needNumber(row['pop'], 'pop'),
    life_expectancy: needNumber(row['life_expect'], 'life_expect'),
    children_per_woman: needNumber(row['fertility'], 'fertility'),
  };
}
