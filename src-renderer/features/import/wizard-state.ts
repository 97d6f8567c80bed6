import type { ImportFormatName, ImportState } from '#contract';
import type { ColumnChoice } from './column-choices.ts';
import type { EncodingName, FileSource } from './file-source.ts';

/** The steps of the wizard, in order. */
export const wizardSteps = ['file', 'columns', 'trial', 'run'] as const;
export type WizardStep = (typeof wizardSteps)[number];

/** How the file is read. What is left out is found out. */
export interface Reading {
  readonly format: ImportFormatName | undefined;
  readonly delimiter: string | undefined;
  /** As typed: a JSON pointer. */
  readonly pointer: string;
  /** As typed, separated by commas. */
  readonly nullTokens: string;
  readonly encoding: EncodingName;
}

/** The file on its way through the host, for one purpose. */
export type Passage =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'underWay';
      /** How much of the file has been taken, from 0 to 1. */
      readonly share: number;
      readonly progress: ImportState | undefined;
      /** Nothing is sent until it may go on. */
      readonly isHeld: boolean;
    }
  | { readonly kind: 'ended'; readonly end: ImportState }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface WizardState {
  readonly step: WizardStep;
  readonly source: FileSource | undefined;
  readonly collection: string;
  /** False while the collection is only a proposal that goes with the file. */
  readonly isCollectionChosen: boolean;
  readonly reading: Reading;
  readonly look: Passage;
  readonly columns: readonly ColumnChoice[];
  readonly upsertKey: string | undefined;
  readonly onReject: 'skip' | 'stop';
  /** Records at the beginning that were dealt with before. */
  readonly skipRecords: number;
  readonly trial: Passage;
  readonly run: Passage;
}

export const noPassage: Passage = { kind: 'none' };

export const firstReading: Reading = {
  format: undefined,
  delimiter: undefined,
  pointer: '',
  nullTokens: '',
  encoding: 'utf-8',
};
