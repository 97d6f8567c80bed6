import { endOf } from './brackets.ts';
import { contextAt, tokensOf, wordOf } from './cursor-context.ts';
import type { LanguageCatalog } from './language-catalog.ts';
import { findParameter, type Signature, signatureLabel } from './signature.ts';

export interface SignatureHelp {
  /** All parameters on one line: `update(collection: Collection!, where: Filter!)`. */
  readonly label: string;
  readonly documentation: string;
  /** Where each parameter stands in the label, and what it means. */
  readonly parameters: readonly {
    readonly start: number;
    readonly end: number;
    readonly documentation: string;
  }[];
  /** The parameter under the cursor, or the first that is still missing; `undefined` when all are there. */
  readonly activeParameter?: number;
}

/** What the arguments around a place take; `undefined` outside arguments, and where there are none to give. */
export function signatureHelp(
  text: string,
  offset: number,
  catalog: LanguageCatalog,
): SignatureHelp | undefined {
  const tokens = tokensOf(text);
  const after = tokens.findIndex(
    (token) => endOf(token) > offset || (endOf(token) === offset && /^["\w-]/.test(token.image)),
  );
  const count = after < 0 ? tokens.length : after;
  const { argumentsFrame: frame } = contextAt(tokens, count, catalog);
  const signature = frame?.signature;
  if (frame === undefined || signature === undefined || signature.parameters.length === 0) {
    return undefined;
  }
  const touched = tokens[count];
  const isTouching = touched !== undefined && touched.startOffset < offset;
  const word = frame.key ?? (isTouching ? wordOf(touched) : undefined);
  const active = activeParameter(signature, frame.seen, word);
  const { label, parameters } = signatureLabel(signature);
  const described = signature.parameters.map(({ documentation }, index) => ({
    start: parameters[index]?.start ?? 0,
    end: parameters[index]?.end ?? 0,
    documentation,
  }));
  const base = { label, documentation: signature.documentation, parameters: described };
  return active < 0 ? base : { ...base, activeParameter: active };
}

function activeParameter(
  signature: Signature,
  seen: ReadonlySet<string>,
  word: string | undefined,
): number {
  const { parameters } = signature;
  const exact = findParameter(signature, word);
  if (exact !== undefined) return parameters.indexOf(exact);
  const isOpen = (names: readonly string[]) => !names.some((name) => seen.has(name));
  const begun = parameters.findIndex(
    ({ name, aliases }) =>
      word !== undefined && name.startsWith(word) && isOpen([name, ...aliases]),
  );
  if (begun >= 0) return begun;
  const required = parameters.findIndex(
    ({ name, aliases, isRequired }) => isRequired && isOpen([name, ...aliases]),
  );
  if (required >= 0) return required;
  return parameters.findIndex(({ name, aliases }) => isOpen([name, ...aliases]));
}
