import type { Airport } from './geography.ts';
import { needNumber, needText, readJsonRows } from './source-data.ts';
import { stableId } from './stable-id.ts';

interface SourceFlight {
  readonly departedAt: string;
  readonly origin: string;
  readonly destination: string;
  readonly delay: number;
  readonly distance: number;
}

/** The flights in order of departure. */
export function readFlights(): readonly SourceFlight[] {
  const flights = readJsonRows('flights-20k.json').map((row) => ({
    departedAt: departure(needText(row['date'], 'date')),
    origin: needText(row['origin'], 'origin'),
    destination: needText(row['destination'], 'destination'),
    delay: needNumber(row['delay'], 'delay'),
    distance: needNumber(row['distance'], 'distance'),
  }));
  return flights.sort((left, right) => compareText(left.departedAt, right.departedAt));
}

/** The codes of all airports that a flight begins or ends at. */
export function servedAirports(flights: readonly SourceFlight[]): ReadonlySet<string> {
  return new Set(flights.flatMap((flight) => [flight.origin, flight.destination]));
}

export function buildFlights(
  flights: readonly SourceFlight[],
  airports: readonly Airport[],
): readonly object[] {
  const ids = new Map(airports.map((airport) => [airport.iata, airport.id]));
  return flights.map((flight, ordinal) => {
    const route = `${flight.origin}-${flight.destination}`;
    return {
      id: stableId('flights', ordinal, `${flight.departedAt} ${route} ${ordinal}`),
      departed_at: flight.departedAt,
      route,
      origin_id: needText(ids.get(flight.origin), flight.origin),
      destination_id: needText(ids.get(flight.destination), flight.destination),
      delay: flight.delay,
      distance: flight.distance,
    };
  });
}

/** `2001/01/01 06:55` as RFC 3339. */
function departure(text: string): string {
  const match = /^(\d{4})\/(\d{2})\/(\d{2}) (\d{2}:\d{2})$/.exec(text);
  if (match === null) throw new Error(`${text} is not a time of departure.`);
  return `${match[1]}-${match[2]}-${match[3]}T${match[4]}:00.000Z`;
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
