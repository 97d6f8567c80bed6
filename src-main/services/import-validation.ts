/* The form of what a page says about an import. */
import * as v from 'valibot';
import { type ImportTask, importFormats } from '#contract';
import { serviceLimits } from './limits.ts';

const name = v.pipe(v.string(), v.maxLength(1024));
const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const collectionName = v.pipe(v.string(), v.minLength(1), v.maxLength(128));
const scalarType = v.strictObject({
  kind: v.literal('scalar'),
  name: v.picklist(['String', 'Int', 'Float', 'Boolean', 'Uuid', 'DateTime', 'Object', 'Any']),
});
const importReading = {
  delimiter: v.exactOptional(v.pipe(v.string(), v.length(1))),
  pointer: v.exactOptional(v.pipe(v.string(), v.maxLength(1024))),
  nullTokens: v.exactOptional(
    v.pipe(v.array(name), v.maxLength(serviceLimits.importNullTokensMax)),
  ),
};
const importOrder = v.strictObject({
  ...importReading,
  collection: collectionName,
  format: v.picklist(importFormats),
  columns: v.pipe(
    v.array(
      v.strictObject({
        source: v.pipe(v.string(), v.maxLength(100_000)),
        field: v.exactOptional(v.pipe(v.string(), v.maxLength(128))),
        type: v.exactOptional(
          v.variant('kind', [
            scalarType,
            v.strictObject({ kind: v.literal('list'), element: scalarType }),
          ]),
        ),
        isSkipped: v.exactOptional(v.boolean()),
      }),
    ),
    v.maxLength(serviceLimits.importColumnsMax),
  ),
  upsertKey: v.exactOptional(v.pipe(v.string(), v.maxLength(128))),
  onReject: v.picklist(['skip', 'stop']),
  skipRecords: v.exactOptional(wholeNumber),
});
export const importTask = v.variant('kind', [
  v.strictObject({
    kind: v.literal('inspect'),
    ...importReading,
    collection: collectionName,
    fileName: v.exactOptional(name),
    format: v.exactOptional(v.picklist(importFormats)),
  }),
  v.strictObject({ kind: v.literal('try'), order: importOrder }),
  v.strictObject({
    kind: v.literal('run'),
    order: importOrder,
    previewToken: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
  }),
]) satisfies v.GenericSchema<unknown, ImportTask>;
export const importId = v.pipe(v.string(), v.maxLength(64));
