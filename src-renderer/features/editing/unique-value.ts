/* Values that only one document may have: who else has one, as documents are stored and as they are staged. */
import type { WireValue } from '#contract';
import { fieldValue, isSame } from './staged-document.ts';
import type { StagedStore } from './staged-store.ts';

/** What is wrong with the value for the document, as a sentence. @throws WireError */
export async function uniqueProblem(
  store: StagedStore,
  given: { readonly id: string; readonly field: string; readonly value: WireValue },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { id, field, value } = given;
  const staged = store.merged();
  const rival = staged.find(
    (each) =>
      each.id !== id && each.mine !== undefined && isSame(fieldValue(each.mine, field), value),
  );
  if (rival !== undefined) return `${field} is going to be the same in another document.`;
  const asked = { condition: `{ ${field}: { eq: $sought } }`, sought: value, limit: 2 };
  const ids = await store.idsWhere(asked, signal);
  // What is staged is known already: there the value is another one, or the document goes.
  const others = ids.filter((each) => each !== id && !staged.some((known) => known.id === each));
  return others.length === 0 ? undefined : `Another document has this ${field}.`;
}
