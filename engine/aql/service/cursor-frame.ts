import type { CollectionDefinition } from '../catalog-shape.ts';
import type { FieldType } from '../field-type.ts';
import type { Area } from './cursor-areas.ts';
import type { Signature } from './signature.ts';

/** What the next word would be. */
type Expecting =
  | 'name'
  | 'value'
  | 'default'
  | 'expression'
  | 'directive'
  | 'variable'
  | 'spread'
  | 'typeCondition';

/** An open bracket of a text, or the text itself, and what was read in it so far. */
export interface Frame {
  readonly area: Area;
  readonly collection?: CollectionDefinition | undefined;
  /** The collection whose documents are joined to, in the arguments of `lookup`. */
  readonly outer?: CollectionDefinition | undefined;
  /** The type whose operators stand here. */
  readonly type?: FieldType | undefined;
  /** The field whose operators or inner fields stand here, as a dotted path. */
  readonly path?: string | undefined;
  /** What may be selected in place of documents; pages, totals and groups when absent. */
  readonly parts?: 'totals' | 'none' | undefined;
  /** The collection whose fields are declared here, known or not; or the kind of operation, at its root. */
  readonly owner?: string | undefined;
  /** What the arguments here, or around the object here, belong to. */
  readonly signature?: Signature | undefined;
  /** What `jobType:` says, in the arguments that put a job into the queue. */
  readonly jobType?: string | undefined;
  /** The frame that owns the list, when this is one. */
  readonly around?: Frame | undefined;
  /** Words of the item under way, for example `define collection users`. */
  words: string[];
  /** The key before the colon, while its value is read. */
  key: string | undefined;
  expecting: Expecting;
  /** Keys, fields and arguments already there. */
  readonly seen: Set<string>;
  /** The collection that the arguments just closed have named. */
  named: CollectionDefinition | undefined;
}

export function newFrame(area: Area, facts: Partial<Frame> = {}): Frame {
  return {
    area,
    words: [],
    key: undefined,
    expecting: area === 'list' ? 'value' : 'name',
    seen: new Set(),
    named: undefined,
    ...facts,
  };
}

/** The path below a frame's path. */
export function pathBelow(frame: Frame, key: string | undefined): string | undefined {
  if (key === undefined) return frame.path;
  return frame.path === undefined ? key : `${frame.path}.${key}`;
}
