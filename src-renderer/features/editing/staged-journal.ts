/*
 * Staged edits as they are kept on the host's disk, with what can be undone and done again. A step of the history is kept
 * as what it leads to for the documents that differ there, seen from the step nearer to the present; the oldest steps are
 * left out where all of them would be too long.
 *
 *     { documents: [{ id, base, set, unset } …], past: [[{ id, … } …] …], future: [[…] …] }
 */
import type { WireValue } from '#contract';
import {
  differing,
  type EditedDocument,
  fieldValue,
  isObject,
  type StagedDocument,
  withValueAt,
} from './staged-document.ts';
import { nothingStaged, type StagedEdits } from './staged-edits.ts';

type Documents = StagedEdits['documents'];

interface EncodedStep {
  /** The documents that it leads from. */
  readonly from: Documents;
  readonly encoded: WireValue;
  readonly length: number;
}

/** Characters of the history as JSON. */
const historyLengthMax = 1_000_000;

/** Encodes one state after the other; what has not changed is not encoded again. */
export class StagedEncoder {
  readonly #documents = new WeakMap<StagedDocument, WireValue>();
  readonly #steps = new WeakMap<Documents, EncodedStep>();

  encode({ documents, past, future }: StagedEdits): WireValue {
    let left = historyLengthMax;
    const stepsFrom = (list: readonly Documents[]): readonly WireValue[] => {
      const steps: WireValue[] = [];
      let from = documents;
      for (const to of list) {
        const step = this.#step(from, to);
        left -= step.length;
        if (left < 0) break;
        steps.push(step.encoded);
        from = to;
      }
      return steps;
    };
    const [back, forth] = [stepsFrom(past.toReversed()), stepsFrom(future)];
    return {
      documents: [...documents.values()].map((document) => this.#document(document)),
      ...(back.length === 0 ? {} : { past: back }),
      ...(forth.length === 0 ? {} : { future: forth }),
    };
  }

  #step(from: Documents, to: Documents): EncodedStep {
    const known = this.#steps.get(to);
    if (known?.from === from) return known;
    const changes: WireValue[] = [];
    for (const document of to.values()) {
      if (from.get(document.id) !== document) changes.push(this.#document(document));
    }
    for (const id of from.keys()) if (!to.has(id)) changes.push({ id });
    const step = { from, encoded: changes, length: JSON.stringify(changes).length };
    this.#steps.set(to, step);
    return step;
  }

  #document(document: StagedDocument): WireValue {
    const known = this.#documents.get(document);
    if (known !== undefined) return known;
    const encoded = encodeDocument(document);
    this.#documents.set(document, encoded);
    return encoded;
  }
}

/** Reads what was kept; what is not of its form is left out. */
export function decodeStaged(value: WireValue | undefined): StagedEdits {
  if (!isObject(value)) return nothingStaged;
  const documents = new Map(
    listIn(value['documents']).flatMap((item): readonly [string, StagedDocument][] => {
      const document = decodeDocument(item);
      return document === undefined ? [] : [[document.id, document]];
    }),
  );
  const past = decodeSteps(documents, value['past']).toReversed();
  return { ...nothingStaged, documents, past, future: decodeSteps(documents, value['future']) };
}

function encodeDocument({ id, base, mine }: StagedDocument): WireValue {
  if (base === undefined) return mine === undefined ? { id } : { id, mine };
  if (mine === undefined) return { id, base };
  const set: { [field: string]: WireValue } = {};
  const unset: string[] = [];
  for (const field of differing(base, mine)) {
    const value = fieldValue(mine, field);
    if (value === undefined) unset.push(field);
    else set[field] = value;
  }
  return { id, base, set, ...(unset.length === 0 ? {} : { unset }) };
}

function decodeDocument(item: WireValue): StagedDocument | undefined {
  if (!isObject(item)) return undefined;
  const { id, base, mine, set, unset } = item;
  if (typeof id !== 'string') return undefined;
  if (!isObject(base)) return isObject(mine) ? { id, base: undefined, mine } : undefined;
  if (!isObject(set)) return { id, base, mine: undefined };
  let edited: EditedDocument = { ...base, ...set };
  for (const field of listIn(unset)) {
    if (typeof field === 'string') edited = withValueAt(edited, [field], undefined);
  }
  return { id, base, mine: edited };
}

function decodeSteps(start: Documents, value: WireValue | undefined): readonly Documents[] {
  let documents = start;
  return listIn(value).map((step) => {
    const next = new Map(documents);
    for (const item of listIn(step)) {
      const document = decodeDocument(item);
      if (document !== undefined) next.set(document.id, document);
      else if (isObject(item) && typeof item['id'] === 'string') next.delete(item['id']);
    }
    documents = next;
    return next;
  });
}

function listIn(value: WireValue | undefined): readonly WireValue[] {
  return Array.isArray(value) ? value : [];
}
