/*
 * Staged edits are settings to the page, but the host is sent only what has changed of them: a document is another one when
 * it is another object, which the encoder of the journal sees to. What was loaded is compared by its text, once.
 */
import { type StagedRecord, WireError, type WireValue } from '#contract';
import type { SettingsKeeper } from '../../app/settings/settings-store.ts';
import { isStagedSetting } from '../../app/settings/staged-setting.ts';
import type { Client } from '../../client/client.ts';
import { isObject } from './staged-document.ts';

/** Characters of the documents that go in one message. */
const messageLengthMax = 1_000_000;

/** Characters of one document; a host refuses longer messages. */
const recordLengthMax = 5_000_000;

interface Kept {
  readonly records: Map<string, StagedRecord>;
  steps: string;
}

/** Keeps staged edits by their changes, and every other setting with the other keeper. */
export function stagedKeeper(client: Pick<Client, 'call'>, others: SettingsKeeper): SettingsKeeper {
  const kept = new Map<string, Kept>();
  const turns = new Map<string, Promise<void>>();
  const keep = async (key: string, value: WireValue) => {
    const before = kept.get(key) ?? { records: new Map(), steps: '{}' };
    kept.set(key, before);
    await send(client, key, { before, value });
  };
  return {
    async load() {
      const values = await others.load();
      for (const [key, value] of Object.entries(values)) {
        if (isStagedSetting(key)) kept.set(key, keptOf(value));
      }
      return values;
    },
    async save(key, value) {
      if (!isStagedSetting(key)) return others.save(key, value);
      // One after the other: each compares with what the one before it has brought.
      const turn = (turns.get(key) ?? Promise.resolve()).then(() => keep(key, value));
      turns.set(
        key,
        turn.catch(() => undefined), // Told to who asked; the next one sends what this one did not.
      );
      await turn;
    },
  };
}

async function send(
  client: Pick<Client, 'call'>,
  key: string,
  { before, value }: { readonly before: Kept; readonly value: WireValue },
): Promise<void> {
  const { records, steps } = partsOf(value);
  const put = [...records.values()]
    .filter((record) => isOther(before, record))
    .map((record) => ({ record, length: JSON.stringify(record).length }));
  const tooLong = put.filter(({ length }) => length > recordLengthMax);
  for (const part of inMessages(put.filter(({ length }) => length <= recordLengthMax))) {
    await client.call('staged.save', { key, put: part, removed: [] });
    for (const record of part) before.records.set(record.id, record);
  }
  const removed = [...before.records.keys()].filter((id) => !records.has(id));
  const text = JSON.stringify(steps);
  if (removed.length > 0 || text !== before.steps) {
    await client.call('staged.save', { key, put: [], removed, steps });
    for (const id of removed) before.records.delete(id);
    before.steps = text;
  }
  if (tooLong.length > 0) throw tooLongError(tooLong.map(({ record }) => record));
}

function tooLongError(records: readonly StagedRecord[]): WireError {
  const ids = records.map(({ id }) => id).join(', ');
  return new WireError({
    code: 'LimitExceeded',
    message: `A staged document has more than ${recordLengthMax.toLocaleString('en-US')} characters (${ids}).`,
    hint: 'Commit it before the studio is closed.',
  });
}

function isOther(before: Kept, record: StagedRecord): boolean {
  const known = before.records.get(record.id);
  if (known === record) return false;
  if (known === undefined || JSON.stringify(known) !== JSON.stringify(record)) return true;
  before.records.set(record.id, record);
  return false;
}

function inMessages(
  records: readonly { readonly record: StagedRecord; readonly length: number }[],
): readonly (readonly StagedRecord[])[] {
  const messages: StagedRecord[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const { record, length: own } of records) {
    if (length + own > messageLengthMax) {
      messages.push([]);
      length = 0;
    }
    messages.at(-1)?.push(record);
    length += own;
  }
  return messages;
}

function keptOf(value: WireValue): Kept {
  const { records, steps } = partsOf(value);
  return { records, steps: JSON.stringify(steps) };
}

/** The documents of a staged setting by their ids, and its other members. */
function partsOf(value: WireValue): {
  readonly records: Map<string, StagedRecord>;
  readonly steps: { readonly [name: string]: WireValue };
} {
  const records = new Map<string, StagedRecord>();
  if (!isObject(value)) return { records, steps: {} };
  const { documents = [], ...steps } = value;
  for (const document of Array.isArray(documents) ? documents : []) {
    if (isRecord(document)) records.set(document.id, document);
  }
  return { records, steps };
}

function isRecord(value: WireValue): value is StagedRecord {
  return isObject(value) && typeof value['id'] === 'string';
}
