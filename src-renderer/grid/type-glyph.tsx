import { type CellType, typeText } from './cell-value.ts';

const glyphs: Readonly<Record<string, string>> = {
  String: 'Aa',
  Int: '12',
  Float: '.5',
  Boolean: '✓✗',
  Uuid: 'id',
  DateTime: '◷',
  Object: '{ }',
  Any: '∗',
};

/** The two letters or signs that stand for a type; its name is the tooltip. */
export function TypeGlyph({ type }: { readonly type: CellType }) {
  const glyph = type.kind === 'list' ? '[ ]' : (glyphs[type.name] ?? '∗');
  return (
    <span className="grid-glyph" aria-hidden="true" title={typeText(type)}>
      {glyph}
    </span>
  );
}
