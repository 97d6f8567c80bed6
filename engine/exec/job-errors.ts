import { AuroraError } from '../errors.ts';
import type { StoredDocument } from '../values/stored-value.ts';

export function jobNotFound(id: string): AuroraError {
  return new AuroraError('JobNotFound', `There is no job ${id}.`, { details: { id } });
}

/** `what` could not be done with a job: `cancelled`, `tried again`. */
export function jobStateConflict({ id, status }: StoredDocument, what: string): AuroraError {
  const state = String(status);
  return new AuroraError('JobStateConflict', `Job ${id} is ${state} and cannot be ${what}.`, {
    details: { id, status },
    hint:
      what === 'cancelled'
        ? 'Only a job that has not ended can be cancelled.'
        : 'Only a job that has failed, was cancelled or given up, or waits can be tried again.',
  });
}
