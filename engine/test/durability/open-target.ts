import { openAuroraTarget } from './aurora-target.ts';
import type { TargetSpec, WorkTarget } from './work-target.ts';

/** Opens, or makes, the database that a spec means. */
export async function openTarget(path: string, spec: TargetSpec): Promise<WorkTarget> {
  if (spec.kind === 'aurora') return openAuroraTarget(path, spec.options);
  // Only Node 22.5 and later have it, so it is loaded when it is asked for.
  const { openSqliteTarget } = await import('./sqlite-target.ts');
  return openSqliteTarget(path, spec.synchronous);
}
