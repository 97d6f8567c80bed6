import type { RowMark } from './row-model.ts';

const rowSigns: Readonly<Record<RowMark, string>> = {
  inserted: '+',
  changed: '~',
  deleted: '−',
  gone: '!',
};
const rowWords: Readonly<Record<RowMark, string>> = {
  inserted: 'inserted, not committed yet',
  changed: 'changed, not committed yet',
  deleted: 'deleted, not committed yet',
  gone: 'deleted by others, with your edits',
};

/** The sign of what is going to become of a row, and the words for it. */
export function RowSign({ mark }: { readonly mark: RowMark }) {
  return (
    <span className="grid-sign" title={rowWords[mark]}>
      <span aria-hidden="true">{rowSigns[mark]}</span>
      <span className="visually-hidden">{mark === 'gone' ? 'deleted elsewhere' : mark}</span>
    </span>
  );
}
