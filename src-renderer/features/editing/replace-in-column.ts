/* Find and replace in one column: what becomes of one value. `replace-in-collection.ts` and `replace-in-result.ts` find them. */
import type { FieldInfo, WireValue } from '#contract';
import { withZone } from './date-zone.ts';
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

/** A cell that holds what is looked for. */
export interface ReplacedCell {
  readonly id: string;
  readonly before: WireValue | undefined;
  readonly after: WireValue;
}

export interface Replacements {
  readonly cells: readonly ReplacedCell[];
  /** Documents whose new value the rules of the field refuse. */
  readonly refusedCount: number;
  /** Why the first of them is refused. */
  readonly refusal: string | undefined;
  /** What was not looked at or not counted, as a sentence. */
  readonly cutNote: string | undefined;
  /** Stages all of them as one step. */
  readonly stage: () => void;
}

/** Where values are looked for: a collection as its view shows it, or the result of a query. */
export interface ReplaceSource {
  readonly title: string;
  /** Columns whose values can be found. */
  readonly columns: readonly FieldInfo[];
  /** @throws WireError */
  readonly find: (
    column: string,
    replacing: Replacing,
    signal: AbortSignal,
  ) => Promise<Replacements>;
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
  return typedValue(withZone(replacing.replacement, field, 'local'), field);
}

/** What is looked for as a value of the field; `undefined` when it is none. */
export function soughtValue(field: FieldInfo, { find }: Replacing): WireValue | undefined {
  if (find === '') return undefined;
  const typed = typedValue(withZone(find, field, 'local'), plain(field));
  return typed.kind === 'value' ? typed.value : undefined;
}

/** Without its rules: what is looked for may break them. */
function plain({ validate: _rules, ...field }: FieldInfo): FieldInfo {
  return field;
}

/** What stands for the values of a column: an element, where it holds lists. */
export function elementOf(field: FieldInfo): FieldInfo {
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
  const to = typedValue(withZone(replacing.replacement, element, 'local'), element);
  if (to.kind === 'wrong') return to;
  return typedValue(JSON.stringify(value.map((item) => (isFrom(item) ? to.value : item))), field);
}
