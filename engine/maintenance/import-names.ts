/*
 * How headers and keys of files become field names. When every name of a file can be a field name, all are kept,
 * so that what was exported comes back unchanged. When one cannot, all are written the same way (`US Gross` and
 * `Title` become `us_gross` and `title`), so that a collection does not mix two styles.
 */

const validName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const nameLengthMax = 128;
const reserved: ReadonlySet<string> = new Set([
  'edges',
  'pageInfo',
  'totalCount',
  'aggregate',
  'groupBy',
  'lookup',
  'id',
]);

/** True when a collection may define a field of this name. */
export function isFieldName(name: string): boolean {
  return (
    validName.test(name) &&
    name.length <= nameLengthMax &&
    !name.startsWith('_') &&
    !reserved.has(name)
  );
}

/**
 * The field for each source name, in the same order and without repetition. `id` stays `id` when `idIsUuid`, else
 * it becomes `source_id`.
 */
export function mapFieldNames(
  sources: readonly string[],
  options: { readonly idIsUuid: boolean },
): ReadonlyMap<string, string> {
  const keepsAll = sources.every((name) => name === 'id' || isFieldName(name));
  const taken = new Set<string>();
  const fields = new Map<string, string>();
  for (const source of sources) {
    const base = keepsAll ? source : snakeName(source);
    const isId = source === 'id' && options.idIsUuid;
    const wanted = isId || isFieldName(base) ? base : `source_${base}`;
    let field = wanted;
    for (let count = 2; taken.has(field); count += 1) field = `${wanted}_${count}`;
    taken.add(field);
    fields.set(source, field);
  }
  return fields;
}

/** Lower case with underscores: accents are dropped, everything that is no letter or digit separates words. */
export function snakeName(source: string): string {
  const words = source
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/%/g, ' percent ')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, nameLengthMax - 16);
  if (words === '') return 'field';
  return /^\d/.test(words) ? `field_${words}` : words;
}
