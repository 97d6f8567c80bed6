/*
 * Find and replace in one column: which documents hold what is looked for, and what their values become. The host finds
 * them, by the filter of the view; documents that are staged are looked at as they are going to be.
 */
import { type DatabaseId, type FieldInfo, WireError, type WireValue } from '#contract';
import type { Client } from '../../client/client.ts';
import { fieldValue } from './staged-document.ts';
import type { FieldEdit } from './staged-edits.ts';
import type { StagedStore } from './staged-store.ts';
import { textOfValue, typedValue } from './value-text.ts';

export interface Replacing {
  readonly find: string;
  readonly replacement: string;
  /** Else any part of a text is replaced where it occurs. Only texts have parts. */
  readonly isWhole: boolean;
  readonly matchesCase: boolean;
}

/** What becomes of one value; `undefined` when what is looked for is not in it. */
type Replaced =
  | { readonly kind: 'value'; readonly value: WireValue }
  | { readonly kind: 'wrong'; readonly message: string };

interface ReplacePlace {
  readonly client: Client;
  readonly database: DatabaseId;
  readonly store: StagedStore;
  readonly field: FieldInfo;
  /** The filter of the view; empty for all documents. */
  readonly where: string;
}

export interface Replacements {
  readonly edits: readonly FieldEdit[];
  /** Documents whose new value the rules of the field refuse. */
  readonly refusedCount: number;
  /** Why the first of them is refused. */
  readonly refusal: string | undefined;
  /** True when there are more than are looked at at once. */
  readonly isCut: boolean;
}

/** Documents that one replacement changes. */
export const replacementsMax = 5_000;

/** True for columns whose values are found as they are typed. */
export function isReplaceable({ type }: FieldInfo): boolean {
  const scalar = type.kind === 'list' ? type.element : type;
  return scalar.kind === 'scalar' && scalar.name !== 'Object' && scalar.name !== 'Any';
}

/** True for columns whose values have parts that can be found: text. */
export function hasParts({ type }: FieldInfo): boolean {
  return type.kind === 'scalar' && type.name === 'String';
}

/** What a value becomes; `undefined` when what is looked for is not in it. */
export function replacedValue(
  value: WireValue | undefined,
  field: FieldInfo,
  replacing: Replacing,
): Replaced | undefined {
  if (value === undefined || value === null) return undefined;
  if (hasParts(field))
    return typeof value === 'string' ? ofText(value, field, replacing) : undefined;
  const { type } = field;
  if (type.kind === 'list') {
    if (!Array.isArray(value)) return undefined;
    const element = { ...plain(field), type: type.element };
    return ofList(value, field, { from: soughtValue(element, replacing), element, replacing });
  }
  if (textOfValue(value) !== textOfValue(soughtValue(field, replacing))) return undefined;
  return typedValue(replacing.replacement, field);
}

/** The replacements in a column of all that the filter leaves. @throws WireError */
export async function findReplacements(
  place: ReplacePlace,
  replacing: Replacing,
  signal: AbortSignal,
): Promise<Replacements> {
  const { store, field } = place;
  const found = await matchingIds(place, replacing, signal);
  const staged = new Map(store.merged().map((document) => [document.id, document]));
  const ids = found.filter((id) => !staged.has(id)).slice(0, replacementsMax);
  const documents = new Map(await store.read(ids));
  const shown = await shownIds(place, [...staged.keys()], signal);
  for (const { id, kind, mine } of staged.values()) {
    if (mine !== undefined && (kind === 'insert' || shown.has(id))) documents.set(id, mine);
  }
  const edits: FieldEdit[] = [];
  let refusedCount = 0;
  let refusal: string | undefined;
  for (const [id, document] of documents) {
    const replaced = replacedValue(fieldValue(document, field.name), field, replacing);
    if (replaced?.kind === 'value') {
      edits.push({ shown: { ...document, id }, field: field.name, value: replaced.value });
    } else if (replaced !== undefined) {
      refusedCount += 1;
      refusal ??= replaced.message;
    }
  }
  return { edits, refusedCount, refusal, isCut: found.length > replacementsMax };
}

async function matchingIds(
  place: ReplacePlace,
  replacing: Replacing,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { field } = place;
  const sought = soughtValue(elementOf(field), replacing);
  if (sought === undefined) return [];
  const condition = `{ ${field.name}: { ${operatorFor(field, replacing)}: $sought } }`;
  return idsWhere(place, { condition, sought, limit: replacementsMax + 1 }, signal);
}

/** Those of the staged documents that the filter leaves. */
async function shownIds(
  place: ReplacePlace,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (place.where === '' || ids.length === 0) return new Set(ids);
  const asked = { condition: '{ id: { in: $sought } }', sought: ids, limit: ids.length };
  return new Set(await idsWhere(place, asked, signal));
}

async function idsWhere(
  { client, database, store, where }: ReplacePlace,
  asked: { readonly condition: string; readonly sought: WireValue; readonly limit: number },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { condition, sought, limit } = asked;
  const whole = where === '' ? condition : `{ and: [${where}, ${condition}] }`;
  const text = `query Find($sought: Any) { ${store.collection}(where: ${whole}, limit: ${limit}) { id } }`;
  const ids: string[] = [];
  const request = { database, text, variables: { sought }, isForView: true };
  for await (const part of client.run(request, { signal })) {
    if (part.kind === 'failed') throw new WireError(part.error);
    if (part.kind === 'rows') ids.push(...(part.batch.columns[0] ?? []).map(String));
  }
  return ids;
}

function operatorFor(field: FieldInfo, { isWhole, matchesCase }: Replacing): string {
  if (field.type.kind === 'list') return 'contains';
  if (!hasParts(field)) return 'eq';
  if (isWhole) return matchesCase ? 'eq' : 'ieq';
  return matchesCase ? 'contains' : 'icontains';
}

/** What is looked for as a value of the field; `undefined` when it is none. */
function soughtValue(field: FieldInfo, { find }: Replacing): WireValue | undefined {
  if (find === '') return undefined;
  const typed = typedValue(find, plain(field));
  return typed.kind === 'value' ? typed.value : undefined;
}

/** Without its rules: what is looked for may break them. */
function plain({ validate: _rules, ...field }: FieldInfo): FieldInfo {
  return field;
}

function elementOf(field: FieldInfo): FieldInfo {
  return field.type.kind === 'list' ? { ...plain(field), type: field.type.element } : field;
}

function ofText(
  value: string,
  field: FieldInfo,
  { find, replacement, isWhole, matchesCase }: Replacing,
): Replaced | undefined {
  if (find === '') return undefined;
  const source = find.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const pattern = new RegExp(isWhole ? `^${source}$` : source, matchesCase ? 'gu' : 'giu');
  if (value.search(pattern) < 0) return undefined;
  return typedValue(
    value.replaceAll(pattern, () => replacement),
    field,
  );
}

function ofList(
  value: readonly WireValue[],
  field: FieldInfo,
  options: {
    readonly from: WireValue | undefined;
    readonly element: FieldInfo;
    readonly replacing: Replacing;
  },
): Replaced | undefined {
  const { from, element, replacing } = options;
  const isFrom = (item: WireValue) => item !== null && textOfValue(item) === textOfValue(from);
  if (from === undefined || !value.some(isFrom)) return undefined;
  const to = typedValue(replacing.replacement, element);
  if (to.kind === 'wrong') return to;
  return typedValue(JSON.stringify(value.map((item) => (isFrom(item) ? to.value : item))), field);
}
