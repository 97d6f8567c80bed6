import { type ParseResult, parse } from '../syntax/parse.ts';

/** The syntax tree of a text without its places, as JSON: equal for texts that differ in layout only. */
export function meaningOf(text: string): string {
  return meaningOfParsed(parse(text));
}

export function meaningOfParsed({ document }: ParseResult): string {
  return JSON.stringify(document.definitions, (key, value: unknown) =>
    key === 'span' || key === 'operatorSpan' ? undefined : value,
  );
}
