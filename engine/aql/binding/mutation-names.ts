/** The functions of mutations, every spelling, with what they do to documents. */
export const writeFunctions = {
  insertInto: 'insert',
  insert: 'insert',
  insertMany: 'insert',
  import: 'insert',
  update: 'update',
  upsert: 'upsert',
  deleteFrom: 'delete',
  delete: 'delete',
} as const;

/** The functions of mutations that do something else. */
const otherFunctions = [
  'export',
  'enqueueJob',
  'enqueueJobs',
  'cancelJob',
  'retryJob',
  'transaction',
];

export const mutationNames: readonly string[] = [...Object.keys(writeFunctions), ...otherFunctions];
