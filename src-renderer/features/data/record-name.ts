import type { CollectionInfo } from '#contract';
import { cutText } from '../../grid/cell-text.ts';
import type { RecordDocument } from './record-editing.ts';

const nameCharactersMax = 40;

/** What a document is called where there is no place for more: its first text, and its id. */
export function recordName(document: RecordDocument, { fields }: CollectionInfo): string {
  const texts = fields.flatMap(({ name, type }) => {
    const value = type.kind === 'scalar' && type.name === 'String' ? document[name] : undefined;
    return typeof value === 'string' && value.trim() !== '' ? [value.trim()] : [];
  });
  const [text] = texts;
  if (text === undefined) return document.id;
  return `${cutText(text.replaceAll(/\s+/g, ' '), nameCharactersMax)} (${document.id})`;
}
