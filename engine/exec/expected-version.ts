import type { BoundWrite, Operand } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { documentVersion } from '../values/document-version.ts';
import { documentOutput } from './document-output.ts';
import { evaluateOperand, type VariableValues } from './operand.ts';
import type { PendingDocument } from './write-set.ts';

/** The version that a write asks its documents to have; `undefined` when it asks for none. */
export function expectedVersionOf(
  { ifVersion }: { readonly ifVersion?: Operand },
  variables: VariableValues,
): string | undefined {
  if (ifVersion === undefined) return undefined;
  const value = evaluateOperand(ifVersion, variables);
  if (value === undefined || value === null) return undefined;
  return String(value);
}

/**
 * Refuses a write whose documents are not as its writer has seen them: others have changed or deleted them since.
 * @throws AuroraError `VersionMismatch`
 */
export function checkVersions(
  field: Pick<BoundWrite, 'span'>,
  expected: string | undefined,
  { definition }: CollectionEntry,
  found: readonly PendingDocument[],
): void {
  if (expected === undefined) return;
  const output = documentOutput(definition);
  const documents = found.flatMap(({ after }) => (after === undefined ? [] : [after]));
  if (documents.length === 0) {
    throw mismatch(field, definition.name, {
      what: 'The document is not there any more, or does not match any more',
      details: { expected },
    });
  }
  for (const document of documents) {
    const version = documentVersion(output(document));
    if (version === expected) continue;
    throw mismatch(field, definition.name, {
      what: `Document ${document.id} was changed`,
      details: { expected, id: document.id, version },
    });
  }
}

function mismatch(
  { span }: Pick<BoundWrite, 'span'>,
  collection: string,
  {
    what,
    details,
  }: {
    readonly what: string;
    readonly details: {
      readonly expected: string;
      readonly id?: string;
      readonly version?: string;
    };
  },
): AuroraError {
  return new AuroraError(
    'VersionMismatch',
    `${what} since version ${details.expected} of it in "${collection}" was read; nothing was changed.`,
    {
      span,
      details: { collection, ...details },
      hint: 'Read it again, and decide what is to become of both changes.',
    },
  );
}
