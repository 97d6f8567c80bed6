import type { WireValue } from '#contract';
import type { EditedDocument, StagedDocument } from './staged-document.ts';

type WireRecord = { readonly [key: string]: WireValue };

/** Staged documents as they are kept on the host's disk. */
export function encodeStaged(documents: ReadonlyMap<string, StagedDocument>): WireValue {
  return [...documents.values()].map(({ id, base, mine }) => ({
    id,
    ...(base === undefined ? {} : { base }),
    ...(mine === undefined ? {} : { mine }),
  }));
}

/** Reads what was kept; what is not of its form is left out. */
export function decodeStaged(value: WireValue | undefined): ReadonlyMap<string, StagedDocument> {
  const documents = new Map<string, StagedDocument>();
  for (const item of Array.isArray(value) ? value : []) {
    if (!isRecord(item)) continue;
    const { id } = item;
    const [base, mine] = [documentIn(item['base']), documentIn(item['mine'])];
    if (typeof id === 'string' && (base ?? mine) !== undefined)
      documents.set(id, { id, base, mine });
  }
  return documents;
}

function documentIn(value: WireValue | undefined): EditedDocument | undefined {
  return isRecord(value) ? value : undefined;
}

function isRecord(value: WireValue | undefined): value is WireRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
