/* The result of one live query as one consumer follows it: whole at first, then what has changed. */
import type { BoundField, BoundPlainField, JsonValue } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import type { ResultData } from '../exec/execution-result.ts';
import { compileProjection, type OutputObject } from '../exec/projection.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { LiveChange } from './live-event.ts';
import type { RerunView } from './rerun-view.ts';
import type { RowTracker, TrackedRow } from './row-tracker.ts';
import type { TotalsView } from './totals-view.ts';
import { differenceOf, sameJson } from './value-difference.ts';

/** A root, or all roots together, of one consumer's query. */
export interface FollowedPart {
  /** False while what is there is not of the last commit, and must not be told. */
  readonly isCurrent: boolean;
  /** The commit that it is as of, where that is not the last one. */
  readonly lsn?: number | undefined;
  /** Puts its present value into a result; from here on, changes are gathered. */
  begin(data: ResultData): void;
  /** What has changed since the consumer was told last. */
  take(): readonly LiveChange[];
  end(): void;
}

/** A root that depends on the schema alone. */
export function followConstant(responseKey: string, value: JsonValue): FollowedPart {
  return {
    isCurrent: true,
    begin: (data) => setOwn(data, responseKey, value),
    take: () => [],
    end: () => undefined,
  };
}

/** The documents of a root, in their order. */
export function followDocuments(
  responseKey: string,
  selection: readonly BoundField[],
  tracker: RowTracker,
): FollowedPart {
  const project = compileProjection(selection.filter(isPlain), 'null');
  return {
    get isCurrent() {
      return tracker.isCurrent;
    },
    begin: (data) => setOwn(data, responseKey, tracker.begin().map(project)),
    take: () =>
      tracker
        .take()
        .flatMap((row) => rowChange(responseKey, row, project, tracker.view.order) ?? []),
    end: () => tracker.end(),
  };
}

/** The totals and groups of a root. */
export function followTotals(
  responseKey: string,
  view: TotalsView,
  wake: () => void,
): FollowedPart {
  let told: JsonValue = null;
  view.add(wake);
  return {
    get isCurrent() {
      return view.isCurrent;
    },
    begin(data) {
      told = view.value();
      setOwn(data, responseKey, structuredClone(told));
    },
    take() {
      const value = view.value();
      const changes = differenceOf(told, value, [responseKey]);
      told = value;
      return structuredClone(changes);
    },
    end: () => view.remove(wake),
  };
}

/** A query that runs again. */
export function followRerun(view: RerunView, wake: () => void): FollowedPart {
  let told: ResultData = {};
  view.add(wake);
  return {
    get isCurrent() {
      return view.result !== undefined;
    },
    get lsn() {
      return view.result?.lsn;
    },
    begin(data) {
      told = view.result?.data ?? {};
      for (const [key, value] of Object.entries(structuredClone(told))) setOwn(data, key, value);
    },
    take() {
      const now = view.result?.data ?? {};
      const changes = Object.keys(now).flatMap((key) =>
        differenceOf(told[key] ?? null, now[key] ?? null, [key]),
      );
      told = now;
      return structuredClone(changes);
    },
    end: () => view.remove(wake),
  };
}

function rowChange(
  root: string,
  { before, after, from, to }: TrackedRow,
  project: (document: StoredDocument) => OutputObject,
  order: (left: StoredDocument, right: StoredDocument) => number,
): LiveChange | undefined {
  if (before === undefined || from === undefined) {
    if (after === undefined || to === undefined) return undefined;
    return { type: 'Added', root, id: after.id, to, row: project(after) };
  }
  const old = project(before);
  if (after === undefined || to === undefined) {
    return { type: 'Removed', root, id: before.id, from, old };
  }
  const row = project(after);
  // Where the order is the same too, nothing that is shown has changed.
  if (order(before, after) === 0 && sameJson(old, row)) return undefined;
  return { type: 'Modified', root, id: after.id, from, to, row, old };
}

function isPlain(field: BoundField): field is BoundPlainField {
  return field.kind === 'field' || field.kind === 'typename';
}
