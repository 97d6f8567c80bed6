/*
 * A power cut may keep or lose anything that was not synced. A writer runs under a recorder; from its recording images
 * of the folder are built as a cut would leave them, opened and compared with what had been promised by then.
 * SQLite goes through the same harness first, and planted faults: a harness that does not find them proves nothing.
 *
 * POWER_CUT_IMAGES says how many images of each mode are made (`npm run test:long -- power-cut` makes thousands),
 * POWER_CUT_SEED repeats a run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Checkers } from '../durability/checkers.ts';
import { buildChildPrograms, type ChildPrograms } from '../durability/child-programs.ts';
import { fastFolder } from '../durability/fast-folder.ts';
import { durabilityModes } from '../durability/modes.ts';
import { chooseSeed } from '../durability/seeded-random.ts';
import type { TargetSpec } from '../durability/work-target.ts';
import type { WriterFault } from '../durability/writer-process.ts';
import { cutPower, databaseName } from './cut-images.ts';
import { DiskModel } from './disk-model.ts';
import { compileRecorder, type Recording, record, recorderObstacle } from './recorder.ts';

const obstacle = recorderObstacle();
const imageCount = Number(process.env['POWER_CUT_IMAGES'] ?? 20);
const firstSeed = chooseSeed('POWER_CUT_SEED');
/** One recording gives so many images; then other steps are recorded. */
const imagesPerRecording = 120;
const callerCount = 3;
const stepCount = 14;
const timeoutMs = 60_000 + imageCount * 1_000;

let programs: ChildPrograms;
let folder: string;
let library: string;
let checkers: Checkers;

beforeAll(async () => {
  if (obstacle !== undefined) return;
  console.info(`power cuts: seed ${firstSeed}`);
  folder = mkdtempSync(join(fastFolder(), 'aurora-power-cut-'));
  library = compileRecorder(folder);
  programs = await buildChildPrograms();
  checkers = new Checkers(programs.checker, 2);
}, 60_000);

let isKept = false;
afterAll(() => {
  if (obstacle !== undefined) return;
  checkers.close();
  programs.remove();
  if (!isKept) rmSync(folder, { recursive: true, force: true });
});

function recordWriter(spec: TargetSpec, seed: number, fault?: WriterFault): Promise<Recording> {
  return record({
    library,
    program: programs.writer,
    folder,
    task: (root) => ({
      databases: [
        {
          path: join(root, databaseName),
          spec,
          seed,
          base: Array.from({ length: callerCount }, () => 0),
        },
      ],
      stepCount,
      hasUpkeep: true,
      ...(fault === undefined ? {} : { fault }),
    }),
  });
}

const common = () => ({ callerCount, checkers, folder });
const aurora: TargetSpec = { kind: 'aurora', options: { walSegmentBytes: 256 * 1024 } };

describe.skipIf(obstacle !== undefined)(
  `power cuts${obstacle === undefined ? '' : `, skipped: ${obstacle}`}`,
  () => {
    it(
      'sees lmdb write by calls, never through its map: else the images would miss something',
      async () => {
        const options = { durabilityMode: 'Synchronous' } as const;
        const { root, events } = await recordWriter({ kind: 'aurora', options }, firstSeed);
        const model = new DiskModel(root);
        for (const event of events) model.apply(event);
        expect([...model.mappedPaths].filter((path) => !path.endsWith('-lock'))).toEqual([]);
        expect(events.filter(({ kind }) => kind === 'write').length).toBeGreaterThan(100);
        const swaps = events.filter(
          (event) => event.kind === 'rename' && event.path.includes('.compact-'),
        );
        expect(swaps.length).toBeGreaterThan(0);
        expect(events.filter(({ kind }) => kind === 'syncEnd').length).toBeGreaterThan(stepCount);
      },
      timeoutMs,
    );

    it(
      'takes nothing from SQLite with synchronous=FULL',
      async () => {
        const spec: TargetSpec = { kind: 'sqlite', synchronous: 'FULL' };
        const recording = await recordWriter(spec, firstSeed);
        const wrong = await cutPower({
          ...common(),
          recording,
          spec,
          promised: 'everything',
          imageCount: Math.min(imageCount, 400),
          seed: firstSeed,
        });
        isKept ||= wrong.length > 0;
        expect(wrong).toEqual([]);
      },
      timeoutMs,
    );

    it.each([
      {
        name: 'the last commits of SQLite with synchronous=NORMAL',
        spec: { kind: 'sqlite', synchronous: 'NORMAL' } as const,
        fault: undefined,
        syncsLie: false,
        finding: /was acknowledged step|holds undefined/,
      },
      {
        name: 'an acknowledgement before the sync',
        spec: aurora,
        fault: 'acknowledges early' as const,
        syncsLie: false,
        finding: /was acknowledged step/,
      },
      {
        name: 'a transaction that is two commits',
        spec: aurora,
        fault: 'splits transfers' as const,
        syncsLie: false,
        finding: /none of its first|holds/,
      },
      {
        name: 'a disk whose syncs do nothing',
        spec: aurora,
        fault: undefined,
        syncsLie: true,
        finding: /./,
      },
    ])(
      'finds $name',
      async ({ spec, fault, syncsLie, finding }) => {
        const recording = await recordWriter(spec, firstSeed, fault);
        const isSync = (kind: string): boolean => kind === 'syncBegin' || kind === 'syncEnd';
        const events = recording.events.filter(({ kind }) => !(syncsLie && isSync(kind)));
        const wrong = await cutPower({
          ...common(),
          recording: { ...recording, events },
          spec,
          promised: 'everything',
          imageCount: 300,
          seed: firstSeed,
          isPlanted: true,
        });
        expect(wrong[0]?.problems.join('\n')).toMatch(finding);
      },
      timeoutMs,
    );

    it.each(durabilityModes)(
      'leave what mode $name promises',
      async ({ options, ...mode }) => {
        const spec: TargetSpec = { kind: 'aurora', options };
        for (let done = 0; done < imageCount; done += imagesPerRecording) {
          const seed = firstSeed + done;
          const recording = await recordWriter(spec, seed);
          const wrong = await cutPower({
            ...common(),
            recording,
            spec,
            promised: mode.afterPowerCut,
            lossMsMax: mode.lossMsMax,
            imageCount: Math.min(imagesPerRecording, imageCount - done),
            seed,
          });
          isKept ||= wrong.length > 0;
          expect(wrong, `POWER_CUT_SEED=${seed}`).toEqual([]);
        }
      },
      timeoutMs,
    );
  },
);
