import { Plus, Redo2, Trash2, TriangleAlert, Undo2 } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { countsOf } from './staged-edits.ts';
import { blockingProblems, holdText, openPlaces, type StagedPlace } from './staged-place.ts';
import type { StagedStore } from './staged-store.ts';
import { useStaged } from './use-staged.ts';

/** How much is staged, and what to do with it. */
export function EditBar(props: {
  readonly stores: readonly StagedStore[];
  /** Absent where no rows can be inserted. */
  readonly onInsert: (() => void) | undefined;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly onReview: () => void;
  readonly onDiscard: () => void;
  /** Goes to a cell that waits for the person. */
  readonly onGo: (place: StagedPlace) => void;
}) {
  const { stores, onInsert, onReview } = props;
  const documents = useStaged(stores);
  const { inserted, updated, deleted, conflicts } = countsOf(documents);
  const gone = documents.filter(({ conflict }) => conflict?.kind === 'gone').length;
  const isAny = documents.length > 0;
  return (
    <div className="edit-bar">
      {onInsert !== undefined && (
        <IconButton
          label="Insert a row"
          keys={['Ctrl', 'I']}
          icon={<Plus size={16} />}
          onClick={onInsert}
        />
      )}
      <IconButton
        label="Undo"
        keys={['Ctrl', 'Z']}
        icon={<Undo2 size={16} />}
        disabled={stores.every((store) => store.state().past.length === 0)}
        onClick={props.onUndo}
      />
      <IconButton
        label="Redo"
        keys={['Ctrl', 'Shift', 'Z']}
        icon={<Redo2 size={16} />}
        disabled={stores.every((store) => store.state().future.length === 0)}
        onClick={props.onRedo}
      />
      {isAny && (
        <>
          <span className="edit-counts" role="status">
            {updated > 0 && <Count sign="~" count={updated} of="changed" />}
            {inserted > 0 && <Count sign="+" count={inserted} of="inserted" />}
            {deleted > 0 && <Count sign="−" count={deleted} of="deleted" />}
            {conflicts > 0 && <Count sign="!" count={conflicts} of="in conflict" />}
          </span>
          <OpenPlaces stores={stores} goneCount={gone} onGo={props.onGo} />
          <IconButton
            label="Discard all edits"
            icon={<Trash2 size={16} />}
            onClick={props.onDiscard}
          />
          <Button look="primary" onClick={onReview}>
            Review
          </Button>
        </>
      )}
    </div>
  );
}

/** What waits for the person, and the way to it: pressed again, it leads to the next. */
function OpenPlaces(props: {
  readonly stores: readonly StagedStore[];
  readonly goneCount: number;
  readonly onGo: (place: StagedPlace) => void;
}) {
  const { stores, goneCount, onGo } = props;
  const last = useRef(-1);
  const places = openPlaces(stores);
  if (places.length === 0) return null;
  const hold = holdText(blockingProblems(stores));
  const gone =
    goneCount === 0 ? undefined : `${goneCount.toLocaleString('en-US')} deleted elsewhere`;
  const what = [gone, hold].filter((part) => part !== undefined).join(', ');
  const go = () => {
    last.current = (last.current + 1) % places.length;
    const place = places[last.current];
    if (place !== undefined) onGo(place);
  };
  const label = what === '' ? 'Go to the next conflict' : `${what}: go to the next`;
  return (
    <Button look="quiet" className="edit-open" title={label} aria-label={label} onClick={go}>
      <TriangleAlert size={14} aria-hidden />
      {goneCount > 0
        ? `${goneCount.toLocaleString('en-US')} gone`
        : places.length.toLocaleString('en-US')}
    </Button>
  );
}

function Count(props: { readonly sign: string; readonly count: number; readonly of: string }) {
  const { sign, of } = props;
  const count = props.count.toLocaleString('en-US');
  return (
    <span className={`edit-count is-${of.replace(' ', '-')}`} title={`${count} ${of}`}>
      <span aria-hidden="true">{`${sign}${count}`}</span>
      <span className="visually-hidden">{`${count} ${of}`}</span>
    </span>
  );
}
