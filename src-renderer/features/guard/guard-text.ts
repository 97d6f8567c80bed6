import type { WritePreview } from '#contract';

/*
 * The words of the guard: what a write does, to how many, to what. Pure, so that every wording has a test.
 */

/** True when a text may hold a write that is guarded: it is then worth asking the host. */
export function mayHoldWrite(text: string): boolean {
  return /\b(update|delete|deleteFrom|drop)\b/.test(text);
}

/** The act and the number: `Delete 318 documents`. */
export function actText(preview: WritePreview): string {
  switch (preview.kind) {
    case 'update':
      return `Update ${documents(preview)}`;
    case 'delete':
      return `Delete ${documents(preview)}`;
    case 'dropCollection':
      return `Drop ${preview.collection} with ${documents(preview)}`;
  }
}

/** The button that does it: one act by its name, several by their number. */
export function confirmText(previews: readonly WritePreview[]): string {
  const [first] = previews;
  if (first !== undefined && previews.length === 1) return actText(first);
  const kinds = new Set(previews.map(({ kind }) => kind));
  if (kinds.size === 1 && first !== undefined && first.kind !== 'dropCollection') {
    const total = totalOf(previews);
    if (total !== undefined) return `${first.kind === 'update' ? 'Update' : 'Delete'} ${total}`;
  }
  return `Run ${previews.length} writes`;
}

/** What must be typed before a write to production: the collection, or the database when there are several. */
export function nameToType(previews: readonly WritePreview[], databaseName: string): string {
  const [name, ...others] = new Set(previews.map(({ collection }) => collection));
  return name === undefined || others.length > 0 ? databaseName : name;
}

function documents({ count, isAtLeast }: WritePreview): string {
  if (count === undefined) return 'documents that could not be counted';
  const text = `${count.toLocaleString('en-US')} document${count === 1 ? '' : 's'}`;
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
