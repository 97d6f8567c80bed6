/*
 * Reads a JSON file of any size as a stream of records. A small pushdown scanner finds where each element of the
 * wanted list begins and ends; JSON.parse then reads that slice, so that only one element is held in memory and
 * escapes and numbers have exactly one implementation. The scanner also checks the grammar around the elements,
 * because a file that was cut off must not pass for a complete one.
 */
import { AuroraError } from '../errors.ts';
import { parseExactJson } from './import-exact-json.ts';
import { recordCharactersMax } from './import-limits.ts';
import type { ImportRecord } from './import-report.ts';

interface Frame {
  readonly kind: 'array' | 'object';
  key: string;
  index: number;
}

type Expectation = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'end';

/**
 * The elements of the list at `pointer` (the whole file when empty), or the one object that stands there.
 * @throws ImportFailed with `details.line` when the text is not JSON, ends early, or has nothing at the pointer.
 */
export async function* readJsonRecords(
  chunks: AsyncIterable<string>,
  options: { readonly pointer?: string } = {},
): AsyncGenerator<ImportRecord> {
  const scanner = new JsonScanner(parsePointer(options.pointer ?? ''));
  for await (const chunk of chunks) {
    for (const element of scanner.push(chunk)) yield toRecord(element);
  }
  for (const element of scanner.finish()) yield toRecord(element);
}

interface ElementText {
  readonly line: number;
  readonly text: string;
}

function toRecord(element: ElementText): ImportRecord {
  let value: unknown;
  try {
    value = parseExactJson(element.text);
  } catch (error) {
    throw malformed(element.line, 'the record that begins here is not JSON', error);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return {
      line: element.line,
      values: value as Record<string, unknown>,
      characterCount: element.text.length,
    };
  }
  return { ...element, problem: 'The element is not an object.' };
}

function malformed(line: number, what: string, cause?: unknown): AuroraError {
  return new AuroraError('ImportFailed', `The file is not valid JSON: line ${line}: ${what}.`, {
    details: { line },
    ...(cause === undefined ? {} : { cause }),
  });
}

function parsePointer(pointer: string): readonly string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) {
    throw new AuroraError('InvalidOption', `The pointer "${pointer}" does not begin with "/".`, {
      hint: 'Write it as a JSON pointer, for example /features.',
    });
  }
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

class JsonScanner {
  readonly #target: readonly string[];
  readonly #stack: Frame[] = [];
  #expect: Expectation = 'value';
  /** Depth of the list whose elements are wanted; -1 until it begins. */
  #listDepth = -1;
  #foundTarget = false;
  /** The text from the start of the token or element that is still open. */
  #held = '';
  #line = 1;
  /** What the characters are inside of, when a chunk ends there. */
  #inside: 'nothing' | 'string' | 'literal' | 'element' = 'nothing';
  /** Whether the open literal is a record of its own, which only a wrong file has. */
  #isElementLiteral = false;
  #isElementClosed = false;
  #elementDepth = 0;
  #elementLine = 1;
  #elementInString = false;
  #isEscaped = false;

  constructor(target: readonly string[]) {
    this.#target = target;
  }

  *push(chunk: string): Generator<ElementText> {
    let position = 0;
    while (position < chunk.length) {
      if (this.#inside === 'element') {
        const end = this.#scanElement(chunk, position);
        this.#hold(chunk.slice(position, end));
        position = end;
        if (this.#isElementClosed) yield this.#takeElement();
      } else if (this.#inside === 'string') {
        position = this.#scanString(chunk, position);
      } else if (this.#inside === 'literal') {
        const end = literalEnd(chunk, position);
        this.#hold(chunk.slice(position, end));
        position = end;
        if (end < chunk.length) yield* this.#endLiteral();
      } else {
        position = this.#scanStructure(chunk, position);
      }
    }
  }

  *finish(): Generator<ElementText> {
    if (this.#inside === 'literal') yield* this.#endLiteral();
    if (this.#inside !== 'nothing' || this.#expect !== 'end') {
      throw malformed(this.#line, 'the file ends before the JSON does');
    }
    if (this.#foundTarget) return;
    throw new AuroraError('ImportFailed', `The file has nothing at /${this.#target.join('/')}.`, {
      hint: 'Give the pointer to the list of records as the file spells it.',
    });
  }

  #hold(text: string): void {
    this.#held += text;
    if (this.#held.length > recordCharactersMax) {
      throw malformed(this.#line, `a value is longer than ${recordCharactersMax} characters`);
    }
  }

  /** One structural character, or the begin of a value. */
  #scanStructure(chunk: string, position: number): number {
    const character = chunk.charAt(position);
    switch (character) {
      case '\n':
        this.#line += 1;
        return position + 1;
      case ' ':
      case '\t':
      case '\r':
        return position + 1;
      case ',':
        this.#comma();
        return position + 1;
      case ':':
        this.#require(this.#expect === 'colon', character);
        this.#expect = 'value';
        return position + 1;
      case ']':
      case '}':
        this.#close(character);
        return position + 1;
      default:
        return this.#beginValue(chunk, position);
    }
  }

  #comma(): void {
    const frame = this.#stack.at(-1);
    this.#require(this.#expect === 'commaOrEnd' && frame !== undefined, ',');
    if (frame?.kind === 'array') frame.index += 1;
    this.#expect = frame?.kind === 'object' ? 'key' : 'value';
  }

  #close(character: string): void {
    const frame = this.#stack.pop();
    const kind = character === ']' ? 'array' : 'object';
    const mayEnd =
      this.#expect === 'commaOrEnd' ||
      this.#expect === (kind === 'array' ? 'valueOrEnd' : 'keyOrEnd');
    this.#require(frame?.kind === kind && mayEnd, character);
    if (this.#stack.length < this.#listDepth) this.#listDepth = -1;
    this.#afterValue();
  }

  #beginValue(chunk: string, position: number): number {
    const character = chunk.charAt(position);
    if (this.#expect === 'key' || this.#expect === 'keyOrEnd') {
      this.#require(character === '"', character);
      this.#inside = 'string';
      this.#held = '"';
      return position + 1;
    }
    this.#require(this.#expect === 'value' || this.#expect === 'valueOrEnd', character);
    const isElement = this.#listDepth === this.#stack.length && this.#listDepth > 0;
    if (isElement) return this.#beginElement(character, position);
    if (this.#isAtTarget()) {
      this.#foundTarget = true;
      if (character !== '[') return this.#beginElement(character, position);
      this.#listDepth = this.#stack.length + 1;
    }
    if (character === '[' || character === '{') {
      const kind = character === '[' ? 'array' : 'object';
      this.#stack.push({ kind, key: '', index: 0 });
      this.#require(this.#stack.length <= 1_000, character);
      this.#expect = kind === 'array' ? 'valueOrEnd' : 'keyOrEnd';
      return position + 1;
    }
    this.#inside = character === '"' ? 'string' : 'literal';
    this.#isElementLiteral = false;
    this.#held = character === '"' ? '"' : '';
    return character === '"' ? position + 1 : position;
  }

  #beginElement(character: string, position: number): number {
    this.#held = '';
    this.#elementLine = this.#line;
    this.#elementDepth = 0;
    this.#elementInString = false;
    this.#isEscaped = false;
    const isLiteral = character !== '{' && character !== '[' && character !== '"';
    this.#inside = isLiteral ? 'literal' : 'element';
    this.#isElementLiteral = isLiteral;
    return position;
  }

  #isAtTarget(): boolean {
    if (this.#foundTarget || this.#stack.length !== this.#target.length) return false;
    return this.#stack.every((frame, depth) => {
      const name = frame.kind === 'object' ? frame.key : String(frame.index);
      return name === this.#target[depth];
    });
  }

  /** Runs to the end of the open element or of the chunk; counts brackets outside of strings. */
  #scanElement(chunk: string, start: number): number {
    for (let position = start; position < chunk.length; position += 1) {
      const code = chunk.charCodeAt(position);
      if (this.#elementInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (code === 0x5c) this.#isEscaped = true;
        else if (code === 0x22) {
          this.#elementInString = false;
          if (this.#elementDepth === 0) return this.#endElement(position);
        }
      } else if (code === 0x22) this.#elementInString = true;
      else if (code === 0x7b || code === 0x5b) this.#elementDepth += 1;
      else if (code === 0x7d || code === 0x5d) {
        this.#elementDepth -= 1;
        if (this.#elementDepth === 0) return this.#endElement(position);
      } else if (code === 0x0a) this.#line += 1;
    }
    return chunk.length;
  }

  #endElement(position: number): number {
    this.#isElementClosed = true;
    return position + 1;
  }

  #takeElement(): ElementText {
    const text = this.#held;
    this.#inside = 'nothing';
    this.#isElementClosed = false;
    this.#held = '';
    this.#afterValue();
    return { line: this.#elementLine, text };
  }

  #scanString(chunk: string, start: number): number {
    for (let position = start; position < chunk.length; position += 1) {
      const code = chunk.charCodeAt(position);
      if (this.#isEscaped) this.#isEscaped = false;
      else if (code === 0x5c) this.#isEscaped = true;
      else if (code === 0x22) {
        this.#hold(chunk.slice(start, position + 1));
        this.#endString();
        return position + 1;
      }
    }
    this.#hold(chunk.slice(start));
    return chunk.length;
  }

  #endString(): void {
    this.#inside = 'nothing';
    const text = this.#parseToken();
    if (this.#expect === 'key' || this.#expect === 'keyOrEnd') {
      const frame = this.#stack.at(-1);
      if (frame !== undefined) frame.key = String(text);
      this.#expect = 'colon';
    } else this.#afterValue();
  }

  *#endLiteral(): Generator<ElementText> {
    this.#inside = 'nothing';
    if (this.#isElementLiteral) yield this.#takeElement();
    else {
      this.#parseToken();
      this.#afterValue();
    }
  }

  #parseToken(): unknown {
    const text = this.#held;
    this.#held = '';
    try {
      return JSON.parse(text);
    } catch (error) {
      throw malformed(this.#line, `"${text.slice(0, 40)}" is no JSON value`, error);
    }
  }

  #afterValue(): void {
    this.#expect = this.#stack.length === 0 ? 'end' : 'commaOrEnd';
  }

  #require(isAllowed: boolean, character: string): void {
    if (!isAllowed) throw malformed(this.#line, `"${character}" is not expected here`);
  }
}

function literalEnd(chunk: string, start: number): number {
  for (let position = start; position < chunk.length; position += 1) {
    if (/[\s,\]}:[{"]/.test(chunk.charAt(position))) return position;
  }
  return chunk.length;
}
