import type { WireValue } from './wire-types.ts';

/** What a database is used for, as a person marked it: it decides how much stands before a write. */
export type Environment = 'development' | 'staging' | 'production';

/**
 * The setting that holds the mark of the database at a path. The page writes it; the host reads it, and refuses writes
 * to production that nobody was shown (see `query.preview`).
 */
export function environmentSetting(path: string): string {
  return `environment:${path}`;
}

export function isEnvironmentSetting(key: string): boolean {
  return key.startsWith(environmentSetting(''));
}

/** Reads a saved mark; what is none counts as development. */
export function decodeEnvironment(value: WireValue | undefined): Environment {
  return value === 'staging' || value === 'production' ? value : 'development';
}
