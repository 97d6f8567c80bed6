/* A schema before and after a migration as rows of two sides. */
import type { DefinitionChangeInfo, DefinitionInfo, FieldInfo } from '#contract';
import { typeText } from '../../grid/cell-value.ts';
import { countText } from '../health/health-text.ts';

export type RowState = 'same' | 'added' | 'removed' | 'renamed' | 'changed';

interface DefinitionRow {
  readonly kind: 'field' | 'index';
  readonly state: RowState;
  /** Absent on the side where it is not. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Something is gone afterwards, unless the version is undone. */
  readonly isDestructive: boolean;
}

export interface CollectionRows {
  readonly name: string;
  readonly state: 'created' | 'dropped' | 'altered';
  readonly rows: readonly DefinitionRow[];
}

/** Fields in the order of before, then those that come; then indexes. */
export function collectionRows(change: DefinitionChangeInfo): CollectionRows {
  const { before, after } = change;
  const name = after?.name ?? before?.name ?? '';
  const state = before === null ? 'created' : after === null ? 'dropped' : 'altered';
  return { name, state, rows: [...fieldRows(change), ...indexRows(before, after)] };
}

/** `3 fields and 1 index stay as they are`; nothing where all change. */
export function stayingText(rows: CollectionRows['rows']): readonly string[] {
  const same = rows.filter(({ state }) => state === 'same');
  const indexCount = same.filter(({ kind }) => kind === 'index').length;
  const fieldCount = same.length - indexCount;
  const counts = [
    ...(fieldCount === 0 ? [] : [countText(fieldCount, 'field')]),
    ...(indexCount === 0 ? [] : [countText(indexCount, 'index', 'indexes')]),
  ];
  if (counts.length === 0) return [];
  return [`${counts.join(' and ')} ${same.length === 1 ? 'stays as it is' : 'stay as they are'}`];
}

function fieldRows({ before, after, renames }: DefinitionChangeInfo): readonly DefinitionRow[] {
  const newNames = new Map(renames.map(({ from, to }) => [from, to]));
  const left = new Map((after?.fields ?? []).map((field) => [field.name, field]));
  const rows = (before?.fields ?? []).map((field): DefinitionRow => {
    const newName = newNames.get(field.name) ?? field.name;
    const now = left.get(newName);
    left.delete(newName);
    const isSameType = now !== undefined && fieldTypeText(now) === fieldTypeText(field);
    const state = stateOf(field, now);
    return {
      kind: 'field',
      state,
      before: fieldText(field),
      after: now === undefined ? undefined : fieldText(now),
      isDestructive: !isSameType,
    };
  });
  const added = [...left.values()].map(
    (field): DefinitionRow => ({
      kind: 'field',
      state: 'added',
      before: undefined,
      after: fieldText(field),
      isDestructive: false,
    }),
  );
  return [...rows, ...added];
}

function stateOf(field: FieldInfo, now: FieldInfo | undefined): RowState {
  if (now === undefined) return 'removed';
  const isSame = fieldText({ ...now, name: field.name }) === fieldText(field);
  if (!isSame) return 'changed';
  return now.name === field.name ? 'same' : 'renamed';
}

function indexRows(
  before: DefinitionInfo | null,
  after: DefinitionInfo | null,
): readonly DefinitionRow[] {
  const old = (before?.definedIndexes ?? []).map(indexText);
  const now = (after?.definedIndexes ?? []).map(indexText);
  const row = (text: string, state: RowState): DefinitionRow => ({
    kind: 'index',
    state,
    before: state === 'added' ? undefined : text,
    after: state === 'removed' ? undefined : text,
    isDestructive: false,
  });
  return [
    ...old.map((text) => row(text, now.includes(text) ? 'same' : 'removed')),
    ...now.filter((text) => !old.includes(text)).map((text) => row(text, 'added')),
  ];
}

function fieldText(field: FieldInfo): string {
  const { name, unique, indexed, references, default: given } = field;
  const marks = [
    unique ? ' @unique' : indexed ? ' @indexed' : '',
    references === undefined ? '' : ` → ${references}`,
    given === undefined ? '' : ` = ${given.kind === 'now' ? 'now' : JSON.stringify(given.value)}`,
  ];
  return `${name}: ${fieldTypeText(field)}${marks.join('')}`;
}

function fieldTypeText({ type, nullable }: Pick<FieldInfo, 'type' | 'nullable'>): string {
  return typeText(type, nullable);
}

function indexText({ fields, unique, text }: DefinitionInfo['definedIndexes'][number]): string {
  return `index (${fields.join(', ')})${unique ? ' unique' : ''}${text === true ? ' text' : ''}`;
}
