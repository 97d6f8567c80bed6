import { AuroraError } from '../errors.ts';
import { parseExactJson } from './import-exact-json.ts';
import { recordCharactersMax } from './import-limits.ts';
import type { ImportRecord } from './import-report.ts';

/**
 * One record for each line that is not blank. A line that is not a JSON object is a record with a problem, so that
 * one bad line does not cost the rest of the file.
 * @throws ImportFailed with `details.line` when a line is longer than any record may be.
 */
export async function* readNdjsonRecords(
  chunks: AsyncIterable<string>,
): AsyncGenerator<ImportRecord> {
  let line = 1;
  let rest = '';
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', start)) {
      const record = toRecord(rest + chunk.slice(start, end), line);
      if (record !== undefined) yield record;
      rest = '';
      line += 1;
      start = end + 1;
    }
    rest += chunk.slice(start);
    if (rest.length > recordCharactersMax) {
      throw new AuroraError(
        'ImportFailed',
        `Line ${line} is longer than ${recordCharactersMax} characters.`,
        { details: { line }, hint: 'If the file is one JSON list, import it as json.' },
      );
    }
  }
  const last = toRecord(rest, line);
  if (last !== undefined) yield last;
}

function toRecord(text: string, line: number): ImportRecord | undefined {
  if (text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = parseExactJson(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { line, problem: `The line is not valid JSON: ${reason}.`, text };
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { line, values: value as Record<string, unknown>, characterCount: text.length };
  }
  return { line, problem: 'The line is JSON, but not an object.', text };
}
