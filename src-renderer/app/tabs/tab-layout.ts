/*
 * The part of the dock's own layout that the journal understands: which tabs share a group, and how the groups follow
 * each other on the screen. The layout is a tree of rows and columns whose leaves are the groups.
 *
 *     { grid: { root: { type: 'branch', data: [ { type: 'leaf', data: { views: ['tab-1', 'tab-2'] } }, … ] } } }
 */
import type { WireValue } from '#contract';

/** The tabs of every group, from left to right and from top to bottom; none for a layout of another form. */
export function groupsOf(layout: WireValue): readonly (readonly string[])[] {
  const grid = member(layout, 'grid');
  return leavesOf(member(grid, 'root'));
}

/** The group that holds a tab; empty when none does. */
export function groupWith(layout: WireValue, id: string): readonly string[] {
  return groupsOf(layout).find((group) => group.includes(id)) ?? [];
}

function leavesOf(node: WireValue | undefined): readonly (readonly string[])[] {
  const data = member(node, 'data');
  if (Array.isArray(data)) return data.flatMap(leavesOf);
  const views = member(data, 'views');
  if (!Array.isArray(views)) return [];
  return [views.filter((view) => typeof view === 'string')];
}

function member(value: WireValue | undefined, name: string): WireValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value)).get(name);
}
