import type { WriteKind, WritePreview } from '#contract';

/*
 * The words of the guard: what a write does, to how many, to what. Pure, so that every wording has a test.
 */

/** True when a text may hold a write: it is then worth asking the host. */
export function mayHoldWrite(text: string): boolean {
  return /\b(?:mutation|schema|migrate)\b/.test(text);
}

/** The word between the act and the name of the collection; none where the act names it. */
export function placeWord({ kind, count }: WritePreview): 'in' | 'from' | 'into' | undefined {
  switch (kind) {
    case 'update':
    case 'migrateData':
      return 'in';
    case 'delete':
      return 'from';
    case 'insert':
      return 'into';
    case 'upsert':
      return count === 0 ? 'into' : 'in';
    default:
      return undefined;
  }
}

/** The act and the number: `Delete 318 documents`. */
export function actText(preview: WritePreview): string {
  const { count, kind, target } = preview;
  switch (kind) {
    case 'insert':
      return `Insert ${documents(preview)}`;
    case 'update':
      return `Update ${documents(preview)}`;
    case 'upsert':
      if (count === 0) return 'Insert 1 document';
      return count === undefined ? 'Update or insert a document' : `Update ${documents(preview)}`;
    case 'delete':
      return `Delete ${documents(preview)}`;
    case 'migrateData':
      return `Change ${documents(preview)}`;
    case 'alterCollection':
      return `Alter ${target} with ${documents(preview)}`;
    case 'dropCollection':
      return `Drop ${target} with ${documents(preview)}`;
    case 'defineCollection':
      return `Define the collection ${target}`;
    case 'defineHandler':
      return `Define the handler ${target}`;
    case 'dropHandler':
      return `Drop the handler ${target}`;
    case 'enqueue':
      return `Enqueue ${counted(preview, 'job')} of type ${target}`;
    case 'cancelJob':
      return `Cancel ${counted(preview, 'job')}`;
    case 'retryJob':
      return `Retry ${counted(preview, 'job')}`;
  }
}

/** Acts whose numbers can be added up. */
const verbs: ReadonlyMap<WriteKind, string> = new Map([
  ['insert', 'Insert'],
  ['update', 'Update'],
  ['delete', 'Delete'],
]);

/** What is said of documents that a write finds and leaves as they are. */
export function unchangedText(count: number): string {
  const which = count === 1 ? '1 of them stays' : `${count.toLocaleString('en-US')} of them stay`;
  return `${which} as ${count === 1 ? 'it is' : 'they are'}.`;
}

/** What is said in place of changes where the first documents have none. */
export function noChangeText({ count = 0, unchangedCount = 0 }: WritePreview): string {
  return unchangedCount >= count
    ? 'Nothing would change: what it writes is stored already.'
    : 'None of the first documents would change.';
}

/** The button that does it: one act by its name, several by their number. */
export function confirmText({
  previews,
  omitted,
}: {
  readonly previews: readonly WritePreview[];
  readonly omitted: number;
}): string {
  const [first] = previews;
  if (first !== undefined && previews.length + omitted === 1) return actText(first);
  const [kind, ...otherKinds] = new Set(previews.map((preview) => preview.kind));
  const verb = kind === undefined ? undefined : verbs.get(kind);
  const total = totalOf(previews);
  if (verb !== undefined && total !== undefined && otherKinds.length + omitted === 0) {
    return `${verb} ${total}`;
  }
  return `Run ${previews.length + omitted} writes`;
}

/** What must be typed before a write to production: what it writes to, or the database when there are several. */
export function nameToType(previews: readonly WritePreview[], databaseName: string): string {
  const [name, ...others] = new Set(previews.map(({ target }) => target));
  return name === undefined || others.length > 0 ? databaseName : name;
}

function documents(preview: WritePreview): string {
  return counted(preview, 'document');
}

function counted({ count, isAtLeast }: WritePreview, noun: 'document' | 'job'): string {
  if (count === undefined) return `${noun}s that could not be counted`;
  const text = `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
  return isAtLeast ? `at least ${text}` : text;
}

function totalOf(previews: readonly WritePreview[]): string | undefined {
  let count = 0;
  let isAtLeast = false;
  for (const preview of previews) {
    if (preview.count === undefined) return undefined;
    count += preview.count;
    isAtLeast ||= preview.isAtLeast;
  }
  const text = `${count.toLocaleString('en-US')} documents`;
  return isAtLeast ? `at least ${text}` : text;
}
