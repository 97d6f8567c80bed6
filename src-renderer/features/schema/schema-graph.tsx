import { ArrowRight, Hash, KeyRound } from 'lucide-react';
import {
  type KeyboardEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import {
  boxWidth,
  fieldHeight,
  headHeight,
  type Point,
  type SchemaBox,
  type SchemaLayout,
} from './schema-layout.ts';

interface SchemaGraphProps {
  readonly layout: SchemaLayout;
  readonly zoom: number;
  readonly selected: string | undefined;
  readonly onSelect: (collection: string) => void;
  readonly onMove: (collection: string, to: Point) => void;
}

const step = 16;
const arrows: ReadonlyMap<string, Point> = new Map([
  ['ArrowLeft', { x: -step, y: 0 }],
  ['ArrowRight', { x: step, y: 0 }],
  ['ArrowUp', { x: 0, y: -step }],
  ['ArrowDown', { x: 0, y: step }],
]);

/** Collections as boxes, references as lines between them. Boxes are dragged, or moved with the arrow keys. */
export function SchemaGraph({ layout, zoom, selected, onSelect, onMove }: SchemaGraphProps) {
  const { boxes, edges, width, height } = layout;
  const { frame, onHold, onLetGo } = useSelectedInView(selected);
  return (
    <section ref={frame} className="schema-graph" aria-label="Graph of the schema">
      <div className="schema-room" style={{ width: width * zoom, height: height * zoom }}>
        <div className="schema-plane" style={{ width, height, transform: `scale(${zoom})` }}>
          <svg width={width} height={height} aria-hidden>
            <defs>
              <marker
                id="schema-arrow"
                viewBox="0 0 8 8"
                refX="8"
                refY="4"
                markerWidth="8"
                markerHeight="8"
                orient="auto"
              >
                <path d="M0 0 L8 4 L0 8 z" className="schema-arrow" />
              </marker>
            </defs>
            {edges.map(({ from, field, to, start, end }) => (
              <path
                key={`${from}.${field}`}
                className={
                  selected === from || selected === to ? 'schema-edge is-near' : 'schema-edge'
                }
                d={curve(start, end)}
                markerEnd="url(#schema-arrow)"
              />
            ))}
          </svg>
          {boxes.map((box) => (
            <Box
              key={box.name}
              box={box}
              zoom={zoom}
              isSelected={selected === box.name}
              onSelect={onSelect}
              onMove={onMove}
              onHold={onHold}
              onLetGo={onLetGo}
            />
          ))}
        </div>
      </div>
    </section>
  );
}

/** Keeps the box that is selected in view: it may be chosen in the list, and the details below take room as well. */
function useSelectedInView(selected: string | undefined) {
  const frame = useRef<HTMLElement>(null);
  const isHeld = useRef(false);
  const show = useCallback(() => {
    // Not under a pointer that may be about to drag it.
    if (isHeld.current) return;
    const box = frame.current?.querySelector('.schema-box.is-selected');
    box?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, []);
  useEffect(() => {
    const { current } = frame;
    if (current === null || selected === undefined) return undefined;
    // Called back at once, too.
    const observer = new ResizeObserver(show);
    observer.observe(current);
    return () => observer.disconnect();
  }, [selected, show]);
  const onHold = useCallback(() => {
    isHeld.current = true;
  }, []);
  const onLetGo = useCallback(() => {
    isHeld.current = false;
    show();
  }, [show]);
  return { frame, onHold, onLetGo };
}

function curve(start: Point, end: Point): string {
  const bend = Math.max(40, Math.abs(end.x - start.x) / 2) * (end.x >= start.x ? 1 : -1);
  return `M${start.x} ${start.y} C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`;
}

interface BoxProps extends Pick<SchemaGraphProps, 'zoom' | 'onSelect' | 'onMove'> {
  readonly box: SchemaBox;
  readonly isSelected: boolean;
  readonly onHold: () => void;
  readonly onLetGo: () => void;
}

function Box({ box, zoom, isSelected, onSelect, onMove, onHold, onLetGo }: BoxProps) {
  const [drag, setDrag] = useState<Point>();
  const grip = useRef<Point>(undefined);
  const { name, fields, hiddenCount, height, documentCount } = box;
  const at = drag ?? box;
  const pointed = (event: PointerEvent): Point => ({
    x: event.clientX / zoom,
    y: event.clientY / zoom,
  });
  const begin = (event: PointerEvent<HTMLButtonElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const { x, y } = pointed(event);
    grip.current = { x: x - box.x, y: y - box.y };
    onHold();
    onSelect(name);
  };
  const move = (event: PointerEvent) => {
    const { current } = grip;
    if (current === undefined) return;
    const { x, y } = pointed(event);
    setDrag({ x: Math.max(0, x - current.x), y: Math.max(0, y - current.y) });
  };
  const end = () => {
    grip.current = undefined;
    if (drag !== undefined) onMove(name, drag);
    setDrag(undefined);
    onLetGo();
  };
  const press = (event: KeyboardEvent) => {
    const by = arrows.get(event.key);
    if (event.key === 'Enter' || event.key === ' ') onSelect(name);
    else if (by === undefined) return;
    else onMove(name, { x: Math.max(0, box.x + by.x), y: Math.max(0, box.y + by.y) });
    event.preventDefault();
  };
  const references = fields.flatMap(({ references: to }) => to ?? []);
  const label = `${name}, ${documentCount.toLocaleString('en-US')} documents${references.length === 0 ? '' : `, refers to ${references.join(', ')}`}`;
  return (
    <div
      className={isSelected ? 'schema-box is-selected' : 'schema-box'}
      style={{ width: boxWidth, height, transform: `translate(${at.x}px, ${at.y}px)` }}
    >
      <button
        type="button"
        className="schema-box-grip"
        aria-label={label}
        aria-pressed={isSelected}
        onPointerDown={begin}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={end}
        onKeyDown={press}
      >
        <span className="schema-box-head" style={{ height: headHeight }}>
          <bdi>{name}</bdi>{' '}
          <span className="schema-quiet">{documentCount.toLocaleString('en-US')}</span>
        </span>
      </button>
      <span className="schema-box-room" style={{ height: headHeight }} />
      {fields.map(({ name: field, references: to, unique, indexed }) => (
        <span key={field} className="schema-box-field" style={{ height: fieldHeight }}>
          <i>
            {to !== undefined ? (
              <ArrowRight size={12} />
            ) : unique ? (
              <KeyRound size={12} />
            ) : (
              indexed && <Hash size={12} />
            )}
          </i>
          <bdi>{field}</bdi>
        </span>
      ))}
      {hiddenCount > 0 && (
        <span className="schema-box-field schema-quiet" style={{ height: fieldHeight }}>
          {`and ${hiddenCount} more`}
        </span>
      )}
    </div>
  );
}
