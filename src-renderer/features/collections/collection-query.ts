import type { CollectionInfo } from '#contract';

/** The query that shows a collection: every field, the first documents. */
export function collectionQuery(collection: CollectionInfo, limit = 100): string {
  const fields = ['id', ...collection.fields.map((field) => field.name)];
  const lines = fields.map((name) => `    ${name}`).join('\n');
  return `query {\n  ${collection.name}(limit: ${limit}) {\n${lines}\n  }\n}\n`;
}
