import { useEffect, useState } from 'react';
import type { CollectionInfo, DatabaseId } from '#contract';
import { WireError } from '#contract';
import type { Client } from '../../client/client.ts';
import { useClient } from '../../client/client-context.tsx';
import { type Choice, referenceQuery } from './choices.ts';

const searchPauseMs = 120;
const none: FoundChoices = { typed: undefined, choices: [] };

interface FoundChoices {
  /** What was searched for. */
  readonly typed: string | undefined;
  readonly choices: readonly Choice[];
}

/** Documents that a field may refer to, by what was typed; none without a target. Until they are there, the last ones. */
export function useReferenceChoices(
  database: DatabaseId,
  target: CollectionInfo | undefined,
  typed: string,
): { readonly choices: readonly Choice[]; readonly isCurrent: boolean } {
  const client = useClient();
  const [found, setFound] = useState(none);
  useEffect(() => {
    if (target === undefined) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      search(client, { database, target, typed }, abort.signal).then(
        (choices) => setFound({ typed, choices }),
        (error: unknown) => {
          // What cannot be searched can still be typed as an id.
          if (!abort.signal.aborted) console.warn('References could not be searched.', error);
        },
      );
    }, searchPauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, database, target, typed]);
  return { choices: found.choices, isCurrent: found.typed === typed };
}

async function search(
  client: Client,
  given: { readonly database: DatabaseId; readonly target: CollectionInfo; readonly typed: string },
  signal: AbortSignal,
): Promise<readonly Choice[]> {
  const { database, target, typed } = given;
  const choices: Choice[] = [];
  const run = { database, ...referenceQuery(target, typed), isForView: true };
  for await (const part of client.run(run, { signal })) {
    if (part.kind === 'failed') throw new WireError(part.error);
    if (part.kind !== 'rows') continue;
    const [ids = [], names = []] = part.batch.columns;
    for (const [at, id] of ids.entries()) {
      const name = names[at];
      const label = typeof name === 'string' ? name : String(id);
      choices.push({ value: id, label, detail: String(id) });
    }
  }
  return choices;
}
