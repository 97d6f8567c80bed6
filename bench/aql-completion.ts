/*
 * How long completion keeps somebody waiting who types: on a schema of 500 collections with 20 fields each, at every
 * place of a text, whole and cut off, as the worker of the editor is asked.
 */
import {
  type CatalogSamples,
  complete,
  type FieldDefinition,
  type LanguageCatalog,
} from '#engine/aql';

interface CompletionTimes {
  readonly placeCount: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

const collectionCount = 500;
const fieldCount = 20;
const p95MsMax = 50;

export async function benchCompletion(): Promise<void> {
  const { placeCount, medianMs, p95Ms, maxMs } = measureCompletion();
  const shown = [medianMs, p95Ms, maxMs].map((time) => `${time.toFixed(2)} ms`);
  process.stdout.write(
    `completion, ${collectionCount} collections × ${fieldCount} fields, ${placeCount} places: ` +
      `median ${shown[0]}, p95 ${shown[1]} (at most ${p95MsMax} ms), longest ${shown[2]}\n`,
  );
}

/** Completes at every place of the texts, warm, and sorts the times. */
function measureCompletion(): CompletionTimes {
  const catalog = largeCatalog();
  const texts = [typicalText, ...cutOff(typicalText)];
  for (const text of texts) complete(text, text.length >> 1, catalog);
  const times: number[] = [];
  for (const text of texts) {
    for (let offset = 0; offset <= text.length; offset++) {
      const start = performance.now();
      complete(text, offset, catalog);
      times.push(performance.now() - start);
    }
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  return {
    placeCount: times.length,
    medianMs: at(0.5) ?? 0,
    p95Ms: at(0.95) ?? 0,
    maxMs: at(1) ?? 0,
  };
}

const typicalText = `query Page($min: Int = 18, $role: String) {
    people: collection_7(
        where: { and: [{ field_2: { eq: $role } }, { field_1: { gte: $min } }] }
        orderBy: [{ field_1: DESC }, { field_2: ASC }]
        limit: 20
    ) {
        id field_1 field_2 field_3 { city }
        parent { id field_2 }
        ...More
    }
    collection_8 { groupBy(field: "field_2", orderBy: { count: DESC }) { key count } }
}
fragment More on collection_7 { field_4 field_5 }
mutation {
    update(collection: "collection_9", where: { field_2: "x" }, data: { field_1: { increment: 1 } }) { id }
}
`;

/** The text as it is while its end is not written yet. */
function cutOff(text: string): string[] {
  const cuts: string[] = [];
  for (let end = 60; end < text.length; end += 150) cuts.push(text.slice(0, end));
  return cuts;
}

function largeCatalog(): LanguageCatalog {
  const samples: Record<string, CatalogSamples[string]> = {};
  const collections = Array.from({ length: collectionCount }, (_, index) => {
    const name = `collection_${index}`;
    samples[`${name}.field_2`] = Array.from({ length: 50 }, (_each, value) => ({
      value: `value ${value}`,
      count: 50 - value,
    }));
    return { name, open: false, indexes: [], fields: fieldsOf(index) };
  });
  return { version: 1, collections, samples };
}

function fieldsOf(collection: number): FieldDefinition[] {
  const types = ['Int', 'String', 'Object', 'DateTime', 'Float', 'Boolean'] as const;
  const marks = { nullable: true, unique: false, indexed: false };
  const fields = Array.from({ length: fieldCount - 1 }, (_, index): FieldDefinition => {
    const name = types[index % types.length] ?? 'Any';
    return { name: `field_${index + 1}`, type: { kind: 'scalar', name }, ...marks };
  });
  const references = `collection_${(collection + 1) % collectionCount}`;
  const parent = { name: 'parent_id', type: { kind: 'scalar', name: 'Uuid' }, references } as const;
  return [...fields, { ...parent, ...marks }];
}
