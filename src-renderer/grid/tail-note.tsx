import { ArrowDownToLine } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import './tail-note.css';
import type { Tail } from './use-tail.ts';

/** Over the lower edge of a grid whose newest row the person has scrolled away from: what came, and the way back. */
export function TailNote(props: { readonly tail: Tail; readonly grid: HTMLElement | null }) {
  const { tail, grid } = props;
  const { newCount } = tail;
  if (newCount === undefined) return null;
  const follow = () => {
    tail.again();
    grid?.focus({ preventScroll: true });
  };
  return (
    <div className="tail-note">
      <div>
        <span role="status">
          {newCount === 0 ? 'Tail waits' : `${newCount.toLocaleString('en-US')} new`}
        </span>
        <Button look="quiet" icon={<ArrowDownToLine size={13} />} onClick={follow}>
          Follow again
        </Button>
      </div>
    </div>
  );
}
