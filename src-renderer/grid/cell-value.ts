import type { WireFieldType, WireValue } from '#contract';

/** A value as a result carries it. */
export type CellValue = WireValue;

/** The type of a column. */
export type CellType = WireFieldType;

/** What stands at a place of a result: a value (null included), or a field that is not set, or nothing loaded yet. */
export type Cell =
  | { readonly state: 'value'; readonly value: CellValue }
  | { readonly state: 'missing' }
  | { readonly state: 'pending' };

/** A column of the grid. */
export interface GridColumn {
  readonly name: string;
  readonly type: CellType;
  readonly nullable: boolean;
  /** Path in the document, when it says more than the name. */
  readonly path: string;
  /** What the database keeps for this field; nothing when the column is no stored field, or has no index. */
  readonly mark?: 'key' | 'unique' | 'indexed';
}

/** The type as AQL writes it: `Int!`, `[String]`. */
export function typeText(type: CellType, nullable = true): string {
  const text = type.kind === 'list' ? `[${typeText(type.element)}]` : type.name;
  return nullable ? text : `${text}!`;
}

/** Numbers stand at the right, so that their digits line up; the head and empty places of the column follow. */
export function isRightAligned(type: CellType): boolean {
  return type.kind === 'scalar' && (type.name === 'Int' || type.name === 'Float');
}
