import { AqlParser } from '../aql/syntax/grammar.ts';
import { tokenize } from '../aql/syntax/lexer.ts';

export interface Reading {
  /** How often the parser looked at a token or went past one. */
  readonly steps: number;
  readonly tokenCount: number;
  /** The rules it went through. */
  readonly rules: ReadonlySet<string>;
}

type Method = (...args: unknown[]) => unknown;

/** Reads texts with a parser whose every look at a token is counted. */
export class CountingParser {
  readonly #parser: AqlParser;
  #steps = 0;
  #rules = new Set<string>();

  constructor(recoveryEnabled: boolean) {
    this.#parser = new AqlParser(recoveryEnabled);
    for (const step of ['LA', 'LA_FAST', 'consumeToken', 'SKIP_TOKEN']) {
      this.#wrap(step, (original) => (distance: unknown) => {
        this.#steps++;
        return original(distance);
      });
    }
    this.#wrap('ruleInvocationStateUpdate', (original) => (key, name, index) => {
      this.#rules.add(String(name));
      return original(key, name, index);
    });
  }

  read(text: string): Reading {
    this.#steps = 0;
    this.#rules = new Set();
    const { tokens } = tokenize(text);
    const tokenCount = tokens.length;
    this.#parser.read(text, tokens);
    return { steps: this.#steps, tokenCount, rules: this.#rules };
  }

  /** Chevrotain's own methods are reached through the parser, so one set on it stands before them. */
  #wrap(name: string, wrapper: (original: Method) => Method): void {
    const original: unknown = Reflect.get(this.#parser, name);
    if (typeof original !== 'function') throw new Error(`Chevrotain has no "${name}" to count.`);
    Reflect.set(this.#parser, name, wrapper(original.bind(this.#parser)));
  }
}
