import type { DatabaseInfo } from '#contract';
import type { NewTab } from './tab-journal.ts';

/** The tabs a database comes up with the first time: the sample teaches, any other is empty. */
export function firstTabs(database: DatabaseInfo): readonly NewTab[] {
  return database.isSample ? teachingTabs : [{ text: '' }];
}

/** The text a new schema begins with. */
export const schemaText = `schema {
  define collection notes {
    title:      String!  @indexed
    body:       String
    tags:       [String] @indexed
    created_at: DateTime @default(now: true)
  }
}
`;

/** Three lessons over the sample's collections, one idea each. */
export const teachingTabs: readonly NewTab[] = [
  {
    title: 'Filter and order',
    text: `# Run this with Ctrl+Enter (⌘ Enter on a Mac).
#
# "where" says which documents, "orderBy" in which order, "limit" how many.
# The braces at the end say which fields come back.
# Try: change 8 to 8.5, or add  genre: { in: ["Drama", "Comedy"] }

query {
  films(
    where: { year: { gte: 1990 }, imdb_rating: { gte: 8 } }
    orderBy: [{ imdb_rating: DESC }, { title: ASC }]
    limit: 200
  ) {
    title
    year
    genre
    imdb_rating
    imdb_votes
    released_at
    tags
    gross
  }
}
`,
  },
  {
    title: 'Search by name',
    text: `# Variables stand after the query's name; these have defaults, so it runs as it is.
# An alias before the colon names a result: this query gives two of them.
# "icontains" finds text anywhere, whatever its case. Try "bay" or "springs".

query Places($text: String = "lake", $count: Int = 50) {
  airports: airports(
    where: { name: { icontains: $text } }
    orderBy: { name: ASC }
    limit: $count
  ) {
    code: iata
    name
    city
    state
    location
  }

  quakes_nearby: earthquakes(
    where: { place: { icontains: $text }, magnitude: { gte: 1 } }
    orderBy: { magnitude: DESC }
    limit: $count
  ) {
    place
    magnitude
    occurred_at
    location { depth_km }
  }
}
`,
  },
  {
    title: 'Insert and update',
    text: `# Three statements: put the cursor into one and press Ctrl+Enter to run it alone.
# The sample is yours to change. The last statement takes back what the first put in.

mutation {
  insertInto(
    collection: "cars"
    data: {
      name: "aurora one", year: 1982, origin: "Europe",
      cylinders: 4, horsepower: 75, weight_pounds: 1980
    }
  ) { id name year }
}

mutation {
  update(
    collection: "cars"
    where: { name: { eq: "aurora one" } }
    data: { miles_per_gallon: 44.5 }
  ) { name miles_per_gallon }
}

mutation {
  deleteFrom(collection: "cars", where: { name: { eq: "aurora one" } }) { name }
}
`,
  },
];
