/* Methods by which documents come into a database from files, and go into files. */
import type { ExportTask, ExportWay } from './export-types.ts';
import type { ImportTask } from './import-types.ts';
import type { DatabaseId, None } from './wire-types.ts';

/** A part of `Methods`. */
export interface TransferMethods {
  /**
   * Begins to import what the page sends; the topic `imports` tells how far that is and how it ends. An import lives until
   * it is closed, or its page or database is gone.
   */
  'imports.begin': {
    readonly params: { readonly database: DatabaseId; readonly task: ImportTask };
    readonly result: { readonly import: string };
  };
  /** The next piece of the file, in base64: answered when it was taken, so each is sent after the answer to the last. */
  'imports.send': {
    readonly params: { readonly import: string; readonly chunk: string; readonly isLast: boolean };
    /** False when the import needs no more of the file. */
    readonly result: { readonly isWanted: boolean };
  };
  /** Ends an import early. What it has committed stays, or is taken back; what an upsert has replaced stays. */
  'imports.cancel': {
    readonly params: { readonly import: string; readonly committed: 'keep' | 'revert' };
    readonly result: None;
  };
  /** A part of the file of rejected records, in base64, from a place in bytes. The file can be mended and imported. */
  'imports.rejects': {
    readonly params: { readonly import: string; readonly offset: number };
    readonly result: { readonly chunk: string; readonly isLast: boolean };
  };
  'imports.close': { readonly params: { readonly import: string }; readonly result: None };

  /**
   * Prepares an export. Where the host has dialogs, the person chooses a file, and writing it begins; elsewhere the page
   * fetches it. The topic `exports` tells how far that is. @throws WireError for a text that cannot be exported
   */
  'exports.begin': {
    readonly params: { readonly database: DatabaseId; readonly task: ExportTask };
    readonly result: ExportWay;
  };
  /** Ends an export wherever it is; unknown ones are ignored. */
  'exports.cancel': { readonly params: { readonly export: string }; readonly result: None };
}
