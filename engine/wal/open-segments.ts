/* Takes over the segments of a folder for writing: which are kept, which are ready for use, where the chain goes on. */
import { assert } from '../base/assert.ts';
import type { LogFolder } from './log-folder.ts';
import { RetainedSegments } from './retained-segments.ts';
import { readSegmentHeads, type SegmentHead, type UsedSegment } from './segment-heads.ts';
import { type PreparedSegment, SegmentSupply } from './segment-supply.ts';

export interface OpenSegments {
  readonly supply: SegmentSupply;
  readonly retained: RetainedSegments;
  /** End of the last segment; `undefined` when there is none. */
  readonly previous: { readonly crc: number; readonly lsn: number } | undefined;
}

/** @throws AuroraError `FormatTooNew`, `DatabaseCorrupt` */
export async function openSegments(options: {
  readonly folder: LogFolder;
  readonly databaseId: string;
  readonly segmentBytes: number;
  readonly nextLsn: number;
}): Promise<OpenSegments> {
  const { folder, databaseId, segmentBytes, nextLsn } = options;
  const heads = await readSegmentHeads(folder, databaseId);
  const kept = lastRun(heads);
  const last = kept.at(-1);
  const seal = last?.seal;
  assert(
    last === undefined || seal !== undefined,
    'the last segment was sealed by close or sealTail',
  );
  const previous = seal === undefined ? undefined : { crc: seal.lastCrc, lsn: seal.lastLsn };
  assert(
    previous === undefined || nextLsn > previous.lsn,
    'no log sequence number is issued twice',
  );
  const nextNumber = (last?.number ?? 0) + 1;
  const prepared: PreparedSegment[] = [];
  for (const head of heads) {
    if (head.kind !== 'unused') continue;
    // Others were on their way to a new name, or have a size that is no longer wanted.
    const isReady = head.number === nextNumber + prepared.length && head.bytes === segmentBytes;
    if (isReady) prepared.push(head);
    else await folder.remove(head.name);
  }
  const supply = new SegmentSupply({ folder, segmentBytes, nextNumber, prepared });
  supply.prepareAhead();
  const retained = new RetainedSegments(
    kept.map((segment, index) => {
      const { number, name, bytes, header } = segment;
      const { previousLsn, firstLsn } = header;
      const next = kept[index + 1]?.header;
      const lastLsn = next?.previousLsn ?? seal?.lastLsn ?? previousLsn;
      const lastCrc = next?.previousCrc ?? seal?.lastCrc ?? header.crc;
      const sealedAtMs = segment.seal?.sealedAtMs ?? 0;
      return { number, name, bytes, previousLsn, firstLsn, lastLsn, lastCrc, sealedAtMs };
    }),
  );
  return { supply, retained, previous };
}

/** The segments in use from the last gap in their numbers on; what stands before a gap nobody can read. */
function lastRun(heads: readonly SegmentHead[]): readonly UsedSegment[] {
  const run: UsedSegment[] = [];
  for (const head of heads) {
    if (head.kind === 'unused') continue;
    const last = run.at(-1);
    if (last !== undefined && head.number !== last.number + 1) run.length = 0;
    if (head.kind === 'used') run.push(head);
    else run.length = 0;
  }
  return run;
}
