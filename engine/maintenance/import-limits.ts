/** The longest record that import reads, in characters; a longer one is a sign of a wrong format. */
export const recordCharactersMax = 96 * 1024 * 1024;
/** How many columns a file may have, counted over all its records. */
export const columnCountMax = 2_000;
/** Characters of one commit's records, so that a batch of large documents does not fill memory. */
export const batchCharactersMax = 4 * 1024 * 1024;
/** Records held back to infer types from when the source cannot be read twice. */
export const sampleRecordsMax = 10_000;
/** Values that a dry run remembers, so that none comes twice; beyond them only each batch is looked at. */
export const triedValuesMax = 1_000_000;
/** How many rejected records a report describes when the caller does not say. */
export const rejectionsMaxDefault = 100;
