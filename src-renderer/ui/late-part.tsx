import { type ComponentType, lazy, useState } from 'react';

/** A part of the page whose code comes when it is first drawn, or before that when it is fetched. */
export interface LatePart<Props> {
  /** Needs a Suspense above it for as long as its code is on the way. */
  readonly View: ComponentType<Props>;
  /** Fetches the code. Rejects where it does not come; drawing the part tries again. */
  readonly fetch: () => Promise<void>;
}

/**
 * Makes a late part from what imports it. What was fetched before it is drawn is drawn at once: React's own `lazy` would
 * show the fallback all the same, and a fallback that was shown stays for 300 ms.
 */
export function latePart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): LatePart<Props> {
  let there: ComponentType<Props> | undefined;
  const fetch = async () => {
    there = await load();
  };
  const Late = lazy(async () => ({ default: await load() }));
  function View(props: Props) {
    // What was drawn late stays what it is, with its state.
    const [Part] = useState<ComponentType<Props>>(() => there ?? Late);
    return <Part {...props} />;
  }
  return { View, fetch };
}
