/*
 * Texts made from the grammar, and broken ones, against what parser and formatter promise for every text: they never
 * throw, point into the text, take a bounded number of steps for each token, and a valid text means the same after
 * formatting. AQL_FUZZ_COUNT and AQL_FUZZ_SEED set how many texts there are, and which; a failure names its seed.
 */
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { format, type ParseResult, parse } from '#engine/aql';
import { meaningOfParsed } from '../aql/testdata/meaning.ts';
import { sampleTexts } from '../aql/testdata/sample-texts.ts';
import { GrammarTexts, randomNumbers } from './fuzz-grammar.ts';
import { mutated } from './fuzz-inputs.ts';
import { CountingParser } from './fuzz-steps.ts';
import { goodDocuments } from './graphql-parity-corpus.ts';

const count = Number(process.env['AQL_FUZZ_COUNT'] ?? 20_000);
const seed = Number(process.env['AQL_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const stepsPerTokenMax = 50;
/** Generous: the machine may be busy. */
const timeoutMs = Math.max(60_000, count * 10);

/** How a promise is broken; nothing when all are kept. */
function complaintAbout(text: string, parsed: ParseResult): string | undefined {
  const { diagnostics } = parsed;
  const isAstray = diagnostics.some(
    ({ span: { start, end } }) => !(start >= 0 && start <= end && end <= text.length),
  );
  if (isAstray) return 'a finding points outside the text';
  const formatted = format(text);
  if (diagnostics.length > 0) {
    return formatted === text ? undefined : 'formatting changed a faulty text';
  }
  if (meaningOfParsed(parsed) !== meaningOfParsed(parse(formatted)))
    return 'formatting changed the meaning';
  return format(formatted) === formatted ? undefined : 'formatting twice is not formatting once';
}

class Examination {
  readonly #plain = new CountingParser(false);
  readonly #recovering = new CountingParser(true);
  validCount = 0;
  worst = 0;

  /** How the text breaks a promise; nothing when all are kept. */
  complaintAbout(text: string, isWellFormed: boolean): string | undefined {
    try {
      const parsed = parse(text);
      const isValid = parsed.diagnostics.length === 0;
      if (isValid) this.validCount++;
      else if (isWellFormed) return parsed.diagnostics[0]?.message;
      const { steps, tokenCount } = this.#plain.read(text);
      const all = steps + (isValid ? 0 : this.#recovering.read(text).steps);
      // The end of the text is a token, too.
      const perToken = all / (tokenCount + 1);
      this.worst = Math.max(this.worst, perToken);
      return perToken > stepsPerTokenMax
        ? `${perToken} steps a token`
        : complaintAbout(text, parsed);
    } catch (error) {
      return String(error);
    }
  }
}

/** Other tests of the same process read stacks. */
const stackFrames = Error.stackTraceLimit;
afterAll(() => {
  Error.stackTraceLimit = stackFrames;
});

describe('fuzz', () => {
  it(
    `keeps its promises for ${count} texts`,
    async () => {
      // Half of the time would go into the stacks of the parser's own errors, which nothing reads.
      Error.stackTraceLimit = 0;
      const random = randomNumbers(seed);
      const grammar = new GrammarTexts(random, 'everything');
      const seeds = [...sampleTexts, ...goodDocuments];
      const examination = new Examination();
      for (let index = 0; index < count; index++) {
        if (index % 1_000 === 0) await setImmediate();
        const isWellFormed = index % 2 === 0;
        const text = isWellFormed
          ? grammar.text()
          : mutated(index % 4 === 1 ? [grammar.text()] : seeds, random);
        const complaint = examination.complaintAbout(text, isWellFormed);
        if (complaint !== undefined) {
          expect({ seed, index, text, complaint }).toEqual('a text without complaint');
        }
      }
      const { validCount, worst } = examination;
      console.log(
        `${count} texts, seed ${seed}: ${validCount} valid, at most ${worst.toFixed(1)} steps a token, ${grammar.coverage()}`,
      );
      expect(grammar.unreached()).toEqual([]);
    },
    timeoutMs,
  );
});
