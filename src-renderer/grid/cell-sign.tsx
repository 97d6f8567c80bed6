import type { CellMark } from './row-model.ts';

/** Marks that are more than a colour. */
type SignedMark = Exclude<CellMark, 'changed'>;

export function isSigned(mark: CellMark | undefined): mark is SignedMark {
  return mark !== undefined && mark !== 'changed';
}

const signs: Readonly<Record<SignedMark, string>> = { conflict: '!', invalid: '×', doubtful: '?' };
const conflictNote = 'Others have changed this as well';

/** A sign behind the value of a cell that should be looked at, and the words for it. */
export function CellSign(props: {
  readonly mark: SignedMark;
  /** What is wrong with the cell. */
  readonly note: string | undefined;
}) {
  const { mark, note } = props;
  const isConflict = mark === 'conflict';
  return (
    <span className={`grid-cell-sign is-${mark}`} title={isConflict ? conflictNote : note}>
      <span aria-hidden="true">{signs[mark]}</span>
      <span className="visually-hidden">{isConflict ? 'conflict' : note}</span>
    </span>
  );
}
