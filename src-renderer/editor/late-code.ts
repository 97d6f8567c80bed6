/** Code that comes when it is first asked for. */
export interface LateCode<Code> {
  /** What has come; `undefined` before. */
  readonly now: () => Code | undefined;
  /** Rejects where it does not come; the next call asks again. */
  readonly fetch: () => Promise<Code>;
}

/** Makes late code from what imports it. */
export function lateCode<Code>(load: () => Promise<Code>): LateCode<Code> {
  let there: Code | undefined;
  return {
    now: () => there,
    fetch: async () => {
      there ??= await load();
      return there;
    },
  };
}
