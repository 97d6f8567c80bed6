import type { CellText } from './cell-text.ts';

/** The inside of a cell. Nothing is decided here; the text came ready. */
export function CellView({ text }: { readonly text: CellText }) {
  switch (text.kind) {
    case 'pending':
      return <span className="cell-pending" />;
    case 'missing':
      return (
        <span className="cell-missing" title="not set">
          <span aria-hidden="true">—</span>
          <span className="visually-hidden">not set</span>
        </span>
      );
    case 'null':
      return <span className="cell-null">null</span>;
    case 'empty':
      return (
        <span className="cell-chip" title="empty string">
          ""
        </span>
      );
    case 'boolean':
      return (
        <span className={text.value ? 'cell-true' : 'cell-false'} title={String(text.value)}>
          <span aria-hidden="true">{text.value ? '✓' : '✗'}</span>
          <span className="visually-hidden">{String(text.value)}</span>
        </span>
      );
    case 'text':
    case 'number':
    case 'uuid':
      return (
        <span className="cell-text" title={text.title}>
          {text.text}
        </span>
      );
    case 'date':
      return (
        <span className="cell-text" title={text.title}>
          {text.text} <span className="cell-quiet">{text.zone}</span>
        </span>
      );
    case 'list':
      return <ListView text={text} />;
    case 'object':
      return (
        <span className="cell-text" title={text.title}>
          <span className="cell-chip">{`{${text.size}}`}</span>
          <span className="cell-quiet">{text.preview}</span>
        </span>
      );
  }
}

function ListView({ text }: { readonly text: Extract<CellText, { kind: 'list' }> }) {
  if (text.chips.length === 0) return <span className="cell-quiet">[ ]</span>;
  return (
    <span className="cell-list" title={text.title}>
      {text.chips.map((chip, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: chips are a list without identity.
        <span className="cell-chip" key={index}>
          {chip}
        </span>
      ))}
      {text.more > 0 && <span className="cell-quiet">+{text.more}</span>}
    </span>
  );
}
