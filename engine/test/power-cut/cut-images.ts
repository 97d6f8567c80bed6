/* Cuts the power at chosen moments of a recording, and has each image that may be left opened and checked. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkers } from '../durability/checkers.ts';
import type { Promised } from '../durability/modes.ts';
import { below, randomFrom } from '../durability/seeded-random.ts';
import type { TargetSpec } from '../durability/work-target.ts';
import { type CutChoiceName, cutChoices } from './cut-choices.ts';
import { DiskModel } from './disk-model.ts';
import type { Recording } from './recorder.ts';
import type { RecordedEvent } from './recording.ts';

export interface CutOptions {
  readonly recording: Recording;
  readonly spec: TargetSpec;
  readonly promised: Promised;
  /** With `a prefix`: what was acknowledged earlier than this before the cut is promised after all. */
  readonly lossMsMax?: number | undefined;
  readonly imageCount: number;
  /** The seed of the writer, which also chooses the cuts. */
  readonly seed: number;
  readonly callerCount: number;
  readonly checkers: Checkers;
  /** Where images are made; memory is fastest. */
  readonly folder: string;
  /** Stop at the first image that is wrong, and do not keep it: a fault is planted and must be found. */
  readonly isPlanted?: boolean;
}

export interface WrongImage {
  /** Where it is kept. */
  readonly path: string;
  /** Event of the recording after which the power was cut. */
  readonly cut: number;
  readonly choice: CutChoiceName;
  readonly problems: readonly string[];
}

const underWayMax = 4;
const choiceNames = Object.keys(cutChoices) as CutChoiceName[];

/** Gives the images that break a promise. */
export async function cutPower(options: CutOptions): Promise<readonly WrongImage[]> {
  const { recording, imageCount, seed, isPlanted = false } = options;
  const random = randomFrom(seed);
  const model = new DiskModel(recording.root);
  const wrong: WrongImage[] = [];
  const underWay = new Set<Promise<void>>();
  const history: HistoryLine[] = [];
  let applied = 0;
  for (const [number, cut] of chooseCuts(recording.events, imageCount, random).entries()) {
    for (; applied < cut; applied += 1) {
      const event = recording.events[applied];
      if (event === undefined) break;
      model.apply(event);
      if (event.kind === 'acknowledge') history.push(...linesOf(event));
    }
    const choice = choiceNames[below(random, choiceNames.length)] ?? 'dropped';
    const path = mkdtempSync(join(options.folder, 'image-'));
    model.saveImage(path, cutChoices[choice](randomFrom(seed + number)));
    const cutAt = recording.events[cut - 1]?.nanoseconds ?? 0n;
    const checked = checkImage(options, { number, path, history: [...history], cutAt }).then(
      (problems) => {
        if (problems.length > 0) wrong.push({ path, cut, choice, problems });
        if (problems.length === 0 || isPlanted) rmSync(path, { recursive: true, force: true });
      },
    );
    underWay.add(checked);
    void checked.finally(() => underWay.delete(checked));
    if (underWay.size >= underWayMax) await Promise.race(underWay);
    if (isPlanted && wrong.length > 0) break;
  }
  await Promise.all(underWay);
  return wrong;
}

interface HistoryLine {
  readonly text: string;
  readonly nanoseconds: bigint;
}

interface Image {
  readonly number: number;
  readonly path: string;
  readonly history: readonly HistoryLine[];
  readonly cutAt: bigint;
}

async function checkImage(
  { spec, promised, lossMsMax, seed, callerCount, checkers }: CutOptions,
  { number, path, history, cutAt }: Image,
): Promise<readonly string[]> {
  const safeBefore = lossMsMax === undefined ? 0n : cutAt - BigInt(lossMsMax) * 1_000_000n;
  const promisedLines =
    promised === 'everything'
      ? history.length
      : history.filter(({ nanoseconds }) => nanoseconds < safeBefore).length;
  const database = join(path, databaseName);
  mkdirSync(path, { recursive: true });
  const { problems } = await checkers.check({
    number,
    path: database,
    spec,
    history: {
      seed,
      base: Array.from({ length: callerCount }, () => 0),
      lines: history.map(({ text }) => text),
      promisedLines,
    },
  });
  return problems;
}

/** Name of the database inside a recorded folder. */
export const databaseName = 'power.db';

function linesOf({ text, nanoseconds }: RecordedEvent & { kind: 'acknowledge' }): HistoryLine[] {
  const lines = text.split('\n').filter((line) => line !== '');
  // The number of the database comes first; only one is recorded at a time.
  return lines.map((line) => ({ text: line.slice(line.indexOf(' ') + 1), nanoseconds }));
}

/** Half of the cuts anywhere, half right behind an acknowledgement, where a promise is youngest. */
function chooseCuts(
  events: readonly RecordedEvent[],
  count: number,
  random: () => number,
): readonly number[] {
  const promises = events.flatMap((event, index) =>
    event.kind === 'acknowledge' && event.text.includes(' a ') ? [index + 1] : [],
  );
  const cuts = Array.from({ length: count }, () =>
    random() < 0.5 ? undefined : promises[below(random, promises.length)],
  ).map((cut) => cut ?? 1 + below(random, events.length));
  return cuts.sort((a, b) => a - b);
}
