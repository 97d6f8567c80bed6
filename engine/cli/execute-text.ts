import { AuroraError, type Database, type DatabaseResult } from '#engine';

/** Runs a text to its end. @throws AuroraError also for what its result tells as an error, with the place in the text */
export async function executeText(
  db: Database,
  text: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<DatabaseResult> {
  const result = await db.execute(text, options);
  const [error] = result.errors ?? [];
  if (error === undefined) return result;
  const { code, span, hint } = error.extensions;
  throw new AuroraError(code, error.message, { ...(hint && { hint }), ...(span && { span }) });
}
