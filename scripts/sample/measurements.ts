import {
  asNumber,
  asRow,
  asText,
  needNumber,
  needText,
  readCsvRows,
  readFeatures,
  readJsonRows,
} from './source-data.ts';
import { stableId } from './stable-id.ts';

/** Earthquakes in the order in which they occurred. */
export function buildEarthquakes(): readonly object[] {
  const features = readFeatures('earthquakes.json').map((feature) => ({
    code: needText(feature['id'], 'id'),
    properties: asRow(feature['properties'], 'properties'),
    coordinates: asRow(feature['geometry'], 'geometry')['coordinates'],
  }));
  const occurred = (feature: (typeof features)[number]): number =>
    needNumber(feature.properties['time'], feature.code);
  features.sort((left, right) => occurred(left) - occurred(right));
  return features.map(({ code, properties, coordinates }, ordinal) => {
    const place = needText(properties['place'], code);
    return {
      id: stableId('earthquakes', ordinal, code),
      code,
      occurred_at: new Date(needNumber(properties['time'], code)).toISOString(),
      updated_at: new Date(needNumber(properties['updated'], code)).toISOString(),
      magnitude: needNumber(properties['mag'], code),
      magnitude_type: needText(properties['magType'], code).toLowerCase(),
      place,
      region: regionOf(place),
      location: locationOf(coordinates, code),
      significance: needNumber(properties['sig'], code),
      felt_count: asNumber(properties['felt']) ?? null,
      has_tsunami: properties['tsunami'] === 1,
      is_reviewed: properties['status'] === 'reviewed',
      alert: asText(properties['alert']) ?? null,
      networks: listOf(properties['sources'], code),
      ...(properties['nst'] === null ? {} : { station_count: asNumber(properties['nst']) }),
      url: needText(properties['url'], code),
    };
  });
}

/** Days of weather, one city after the other. */
export function buildWeather(): readonly object[] {
  return readCsvRows('weather.csv').map((row, ordinal) => {
    const city = needText(row['location'], 'location');
    const day = needText(row['date'], 'date');
    return {
      id: stableId('weather', ordinal, `${city} ${day}`),
      city,
      date: `${day}T00:00:00.000Z`,
      conditions: needText(row['weather'], day),
      precipitation_mm: needNumber(row['precipitation'], day),
      highest_celsius: needNumber(row['temp_max'], day),
      lowest_celsius: needNumber(row['temp_min'], day),
      wind_speed: needNumber(row['wind'], day),
    };
  });
}

/** Cars in the order of the source. */
export function buildCars(): readonly object[] {
  return readJsonRows('cars.json').map((row, ordinal) => {
    const name = needText(row['Name'], 'Name');
    return {
      id: stableId('cars', ordinal, `${name} ${ordinal}`),
      name,
      year: Number(needText(row['Year'], name).slice(0, 4)),
      origin: needText(row['Origin'], name),
      cylinders: needNumber(row['Cylinders'], name),
      horsepower: asNumber(row['Horsepower']) ?? null,
      miles_per_gallon: asNumber(row['Miles_per_Gallon']) ?? null,
      displacement: needNumber(row['Displacement'], name),
      weight_pounds: needNumber(row['Weight_in_lbs'], name),
      acceleration: needNumber(row['Acceleration'], name),
    };
  });
}

/** `4km W of Castaic, CA` lies in California. */
function regionOf(place: string): string {
  const last = place.slice(place.lastIndexOf(',') + 1).trim();
  return last === 'CA' ? 'California' : last;
}

function locationOf(coordinates: unknown, code: string): object {
  if (!Array.isArray(coordinates)) throw new Error(`${code} has no coordinates.`);
  const [longitude, latitude, depth]: unknown[] = coordinates;
  return {
    latitude: needNumber(latitude, code),
    longitude: needNumber(longitude, code),
    depth_km: needNumber(depth, code),
  };
}

/** `,ci,us,` is a list of two. */
function listOf(text: unknown, code: string): readonly string[] {
  return needText(text, code)
    .split(',')
    .filter((part) => part !== '');
}
