/* The ways in which a power cut may treat what is not on disk yet. */
import type { CutChoice, FileNode, PendingData } from './disk-model.ts';

const sectorBytes = 512;

type Random = () => number;

/** By name, so that a failing image says which one made it. */
export const cutChoices = {
  dropped: () => ({ keepNames: () => 0, keepData: () => [] }),
  kept: () => ({ keepNames: (count) => count, keepData: (pending) => pending }),
  /** The disk was at work from front to back. */
  earliest: (random) => ({
    keepNames: someOf(random),
    keepData: (pending) => pending.slice(0, someOf(random)(pending.length)),
  }),
  /** Only the last ones, without what they build on. */
  latest: (random) => ({
    keepNames: someOf(random),
    keepData: (pending) => pending.slice(someOf(random)(pending.length)),
  }),
  subset: (random) => {
    const share = random();
    return {
      keepNames: someOf(random),
      keepData: (pending) => pending.filter(() => random() < share),
    };
  },
  /** As many as may be, but the last one of each file only by half a block. */
  torn: (random) => ({
    keepNames: someOf(random),
    keepData: (pending) => {
      const kept = pending.slice(0, 1 + someOf(random)(pending.length));
      const last = kept.at(-1);
      return last === undefined ? [] : [...kept.slice(0, -1), ...tornWrite(last, random)];
    },
  }),
  /** Every sector for itself. */
  sectors: (random) => {
    const share = random();
    return {
      keepNames: someOf(random),
      keepData: (pending) =>
        pending.flatMap((change) => sectorsOf(change).filter(() => random() < share)),
    };
  },
  /** Everything of one file, nothing of the others: finds files that rely on each other's order. */
  oneFile: (random) => ({
    keepNames: (count) => (random() < 0.5 ? count : 0),
    keepData: (pending) => {
      const files = [...new Set(pending.map(({ node }) => node))];
      const chosen: FileNode | undefined = files[Math.floor(random() * files.length)];
      return pending.filter(({ node }) => node === chosen);
    },
  }),
  /** Files have grown, but hold zeros where data would be. */
  lengthsOnly: (random) => ({
    keepNames: (count) => (random() < 0.5 ? count : 0),
    keepData: (pending) =>
      pending.map((change) =>
        change.kind === 'write'
          ? { kind: 'extend', node: change.node, length: change.offset + change.data.length }
          : change,
      ),
  }),
} satisfies Record<string, (random: Random) => CutChoice>;

export type CutChoiceName = keyof typeof cutChoices;

function someOf(random: Random): (count: number) => number {
  return (count) => Math.floor(random() * (count + 1));
}

function tornWrite(change: PendingData, random: Random): readonly PendingData[] {
  return sectorsOf(change).slice(0, someOf(random)(sectorsOf(change).length));
}

/** A write as writes of single sectors, as they lie on the disk. */
function sectorsOf(change: PendingData): readonly PendingData[] {
  if (change.kind !== 'write') return [change];
  const { node, offset, data } = change;
  const pieces: PendingData[] = [];
  for (let done = 0; done < data.length; ) {
    const count = Math.min(sectorBytes - ((offset + done) % sectorBytes), data.length - done);
    pieces.push({
      kind: 'write',
      node,
      offset: offset + done,
      data: data.subarray(done, done + count),
    });
    done += count;
  }
  return pieces;
}
