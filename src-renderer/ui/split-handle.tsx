import { Separator } from 'react-resizable-panels';
import './split-handle.css';

/** The border between two panels: a hairline that can be dragged, and moved with the arrow keys when focused. */
export function SplitHandle({ label }: { readonly label: string }) {
  return <Separator className="split-handle" aria-label={label} />;
}
