/* What each way to open a database promises; the one table that all durability suites run over. */
import type { AuroraOptions } from '#engine';

/** What may be missing after a crash: nothing that was acknowledged, or the last commits, all of them from one on. */
export type Promised = 'everything' | 'a prefix';

/** Options that can be sent to another process. */
export type PlainOptions = Omit<AuroraOptions, 'clock' | 'dbPath'>;

export interface DurabilityMode {
  readonly name: string;
  readonly options: PlainOptions;
  readonly afterKill: Promised;
  readonly afterPowerCut: Promised;
  /** How long before a power cut the prefix may end; a loaded machine is given its time, too. */
  readonly lossMsMax?: number;
}

/** Little of everything, so that a short run fills segments, flushes the buffer and makes checkpoints. */
const small: PlainOptions = {
  walSegmentBytes: 256 * 1024,
  checkpointIntervalMs: 40,
  writeBufferSize: 64,
  writeBufferFlushIntervalMs: 25,
};

const everything = { afterKill: 'everything', afterPowerCut: 'everything' } as const;

export const durabilityModes: readonly DurabilityMode[] = [
  {
    name: 'Strict, applied late',
    options: { ...small, checkpointIntervalMs: 60_000, writeBufferFlushIntervalMs: 60_000 },
    ...everything,
  },
  {
    name: 'None',
    options: { ...small, durabilityMode: 'None' },
    afterKill: 'a prefix',
    afterPowerCut: 'a prefix',
  },
  {
    name: 'WAL',
    options: { ...small, durabilityMode: 'WAL' },
    afterKill: 'everything',
    afterPowerCut: 'a prefix',
    lossMsMax: 50 + 200,
  },
  {
    name: 'Strict, buffered, deflated',
    options: { ...small, durabilityMode: 'Strict', coldMode: 'LowSpace' },
    ...everything,
  },
  {
    name: 'Strict, not buffered',
    options: { ...small, durabilityMode: 'Strict', enableWriteBuffering: false },
    ...everything,
  },
  { name: 'Synchronous', options: { ...small, durabilityMode: 'Synchronous' }, ...everything },
  {
    name: 'Synchronous, without a log',
    options: { durabilityMode: 'Synchronous', enableWal: false },
    ...everything,
  },
];
