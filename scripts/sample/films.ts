import { repairTitle } from './film-titles.ts';
import {
  asNumber,
  asText,
  needNumber,
  needText,
  readJsonRows,
  type SourceRow,
} from './source-data.ts';
import { stableId } from './stable-id.ts';

/** The list was made in 2010 and has films of the next year; what lies beyond was born of two-digit years. */
const lastRealYear = 2011;

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

interface Film {
  readonly id: string;
  readonly year: number;
  readonly genre?: string;
  readonly director?: string;
}

/** Films in the order of the source; a row without a title is left out. Directors in order of appearance. */
export function buildFilms(): {
  readonly films: readonly object[];
  readonly directors: readonly object[];
} {
  const rows = readJsonRows('movies.json').filter((row) => asText(row['Title']) !== undefined);
  const names = [...new Set(rows.map((row) => asText(row['Director'])))].filter(
    (name) => name !== undefined,
  );
  const directorIds = new Map(
    names.map((name, ordinal) => [name, stableId('directors', ordinal, name)]),
  );
  const films = rows.map((row, ordinal) => buildFilm(row, ordinal, directorIds));
  const directors = names.map((name) => {
    const own = films.filter((film) => film.director === name);
    const years = own.map((film) => film.year);
    return {
      id: directorIds.get(name),
      name,
      film_count: own.length,
      first_year: Math.min(...years),
      last_year: Math.max(...years),
      genres: [...new Set(own.map((film) => film.genre))].filter((genre) => genre !== undefined),
    };
  });
  return { films: films.map(({ director: _director, ...film }) => film), directors };
}

function buildFilm(
  row: SourceRow,
  ordinal: number,
  directorIds: ReadonlyMap<string, string>,
): Film {
  const title = repairTitle(needText(row['Title'], 'Title'));
  const released = releaseDate(needText(row['Release Date'], title));
  const genre = asText(row['Major Genre']);
  const director = asText(row['Director']);
  const grade = asText(row['MPAA Rating']);
  const film = {
    id: stableId('films', ordinal, `${title} ${released}`),
    ...present({
      title,
      year: Number(released.slice(0, 4)),
      released_at: released,
      genre,
      rating: grade === 'Open' ? 'Not Rated' : grade,
      director_id: director === undefined ? undefined : directorIds.get(director),
      distributor: asText(row['Distributor']),
      tags: tags(row),
      running_minutes: asNumber(row['Running Time min']),
      budget: asNumber(row['Production Budget']),
    }),
    gross: {
      us: asNumber(row['US Gross']) ?? null,
      worldwide: asNumber(row['Worldwide Gross']) ?? null,
      ...present({ dvd: asNumber(row['US DVD Sales']) }),
    },
    // Null where nobody has voted, so that the sample shows null beside missing.
    imdb_rating: asNumber(row['IMDB Rating']) ?? null,
    imdb_votes: asNumber(row['IMDB Votes']) ?? null,
    ...present({ critics_score: asNumber(row['Rotten Tomatoes Rating']) }),
    title_in_source: row['Title'],
    year: Number(released.slice(0, 4)),
    ...(genre === undefined ? {} : { genre }),
    ...(director === undefined ? {} : { director }),
  };
  return film;
}

/** `Jun 12 1998` as RFC 3339, with the century put right. */
function releaseDate(text: string): string {
  const [monthName = '', day = '', yearText] = text.split(' ');
  const month = months.indexOf(monthName) + 1;
  if (month === 0) throw new Error(`${text} is not a date.`);
  const written = needNumber(yearText, text);
  const year = written > lastRealYear ? written - 100 : written;
  return `${year}-${String(month).padStart(2, '0')}-${day}T00:00:00.000Z`;
}

/** Kind and origin of a film in words: `Contemporary Fiction`, `Based on Book`, `Short Story`. */
function tags(row: SourceRow): readonly string[] {
  const genres = (asText(row['Major Genre']) ?? '').split('/');
  const origins = (asText(row['Source']) ?? '').split('/');
  const all = [...genres, ...origins, asText(row['Creative Type']) ?? ''];
  return [...new Set(all.map((tag) => tag.toLowerCase()))].filter((tag) => tag !== '');
}

/** Leaves out what is not known: a missing field, not a null. */
function present(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
