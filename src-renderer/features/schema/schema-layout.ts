/*
 * Where the boxes of a schema stand: what refers to others on the left, what is referred to on the right, in columns by
 * the longest way; what neither refers nor is referred to below them. A box that somebody has moved stays where it was
 * put. A handful of boxes with few lines needs no more, and it is cheap enough to be done again with each change.
 */
import type { CollectionInfo, FieldInfo } from '#contract';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface SchemaBox extends Point {
  readonly name: string;
  readonly documentCount: number;
  readonly height: number;
  /** The fields that are shown: references first, then what is indexed, then others. */
  readonly fields: readonly FieldInfo[];
  /** How many more there are. */
  readonly hiddenCount: number;
}

/** A field that holds ids of another collection. */
interface SchemaEdge {
  readonly from: string;
  readonly field: string;
  readonly to: string;
  readonly start: Point;
  readonly end: Point;
}

export interface SchemaLayout {
  readonly boxes: readonly SchemaBox[];
  readonly edges: readonly SchemaEdge[];
  readonly width: number;
  readonly height: number;
}

export const boxWidth = 200;
export const headHeight = 28;
export const fieldHeight = 20;
const fieldsMax = 7;
const gap = { x: 96, y: 24 };
const margin = 24;
const loneColumns = 4;

export function schemaLayout(
  collections: readonly CollectionInfo[],
  moved: ReadonlyMap<string, Point>,
): SchemaLayout {
  const sorted = collections.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const placed = place(sorted);
  const boxes = sorted.map((collection): SchemaBox => {
    const { name, documentCount, fields } = collection;
    const shown = shownFields(fields);
    const at = moved.get(name) ?? placed.get(name) ?? { x: margin, y: margin };
    const hiddenCount = fields.length - shown.length;
    return { ...at, name, documentCount, fields: shown, hiddenCount, height: heightOf(collection) };
  });
  const edges = boxes.flatMap((box) => edgesOf(box, boxes));
  const reach = (end: (box: SchemaBox) => number) => Math.max(0, ...boxes.map(end)) + margin;
  return {
    boxes,
    edges,
    width: reach(({ x }) => x + boxWidth),
    height: reach(({ y, height }) => y + height),
  };
}

function shownFields(fields: readonly FieldInfo[]): readonly FieldInfo[] {
  const weight = ({ references, unique, indexed }: FieldInfo) =>
    references === undefined ? (unique || indexed ? 1 : 2) : 0;
  const chosen = fields.toSorted((a, b) => weight(a) - weight(b)).slice(0, fieldsMax);
  return fields.filter((field) => chosen.includes(field));
}

function heightOf({ fields }: CollectionInfo): number {
  const lines = Math.min(fieldsMax, fields.length) + (fields.length > fieldsMax ? 1 : 0);
  return headHeight + lines * fieldHeight + 8;
}

function place(collections: readonly CollectionInfo[]): ReadonlyMap<string, Point> {
  const depths = depthsOf(collections);
  const referred = new Set(collections.flatMap(targetsOf));
  const isLone = (each: CollectionInfo) => targetsOf(each).length === 0 && !referred.has(each.name);
  const deepest = Math.max(0, ...depths.values());
  const places = new Map<string, Point>();
  const bottoms: number[] = [];
  for (const each of collections.filter((candidate) => !isLone(candidate))) {
    const column = deepest - (depths.get(each.name) ?? 0);
    const y = bottoms[column] ?? margin;
    places.set(each.name, { x: margin + column * (boxWidth + gap.x), y });
    bottoms[column] = y + heightOf(each) + gap.y;
  }
  let y = Math.max(margin, ...bottoms.filter((bottom) => bottom !== undefined));
  const lone = collections.filter(isLone);
  for (let start = 0; start < lone.length; start += loneColumns) {
    const line = lone.slice(start, start + loneColumns);
    line.forEach((each, at) => {
      places.set(each.name, { x: margin + at * (boxWidth + gap.y), y });
    });
    y += Math.max(...line.map(heightOf)) + gap.y;
  }
  return places;
}

/** How many references a way leads over at most, from each collection; circles are gone into once. */
function depthsOf(collections: readonly CollectionInfo[]): ReadonlyMap<string, number> {
  const byName = new Map(collections.map((each) => [each.name, each]));
  const depths = new Map<string, number>();
  const depthOf = (name: string, way: readonly string[]): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const collection = byName.get(name);
    if (collection === undefined || way.includes(name)) return 0;
    const below = targetsOf(collection).map((target) => depthOf(target, [...way, name]));
    const depth = below.length === 0 ? 0 : 1 + Math.max(...below);
    depths.set(name, depth);
    return depth;
  };
  for (const { name } of collections) depthOf(name, []);
  return depths;
}

function targetsOf({ name, fields }: CollectionInfo): readonly string[] {
  return fields.flatMap(({ references }) =>
    references === undefined || references === name ? [] : [references],
  );
}

function edgesOf(box: SchemaBox, boxes: readonly SchemaBox[]): readonly SchemaEdge[] {
  return box.fields.flatMap(({ name: field, references }, at) => {
    const target = boxes.find(({ name }) => name === references);
    if (target === undefined) return [];
    const isRight = target.x > box.x;
    const start = {
      x: isRight ? box.x + boxWidth : box.x,
      y: box.y + headHeight + (at + 0.5) * fieldHeight,
    };
    const end = { x: isRight ? target.x : target.x + boxWidth, y: target.y + headHeight / 2 };
    return [{ from: box.name, field, to: target.name, start, end }];
  });
}

/** Positions as the settings keep them. What is no position is left out. */
export function readPositions(value: unknown): ReadonlyMap<string, Point> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return new Map(
    entries.flatMap(([name, at]: [string, unknown]): [string, Point][] => {
      if (!Array.isArray(at)) return [];
      const [x, y]: readonly unknown[] = at;
      return typeof x === 'number' && typeof y === 'number' ? [[name, { x, y }]] : [];
    }),
  );
}
