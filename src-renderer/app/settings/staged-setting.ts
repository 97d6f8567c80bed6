import type { WireValue } from '#contract';

/** The setting under which the edits of a collection are kept until they are committed. */
export function stagedSetting(collection: string, path: string): string {
  return `staged:${collection}:${path}`;
}

export function isStagedSetting(key: string): boolean {
  return key.startsWith('staged:');
}

/** How many documents such a setting holds. */
export function stagedCount(value: WireValue | undefined): number {
  if (typeof value !== 'object' || value === null || !('documents' in value)) return 0;
  const { documents } = value;
  return Array.isArray(documents) ? documents.length : 0;
}
