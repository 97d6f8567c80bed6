import type { IToken } from 'chevrotain';
import { AqlParser } from '../aql/syntax/grammar.ts';
import { tokenize } from '../aql/syntax/lexer.ts';

export interface Reading {
  /** How often the parser looked at a token or went past one. */
  readonly steps: number;
  readonly tokenCount: number;
  /** The rules it went through. */
  readonly rules: ReadonlySet<string>;
}

/** Reads texts with a parser whose every look at a token is counted. */
export class CountingParser {
  readonly #parser: AqlParser;
  #steps = 0;
  #rules = new Set<string>();

  constructor(recoveryEnabled: boolean) {
    this.#parser = new AqlParser(recoveryEnabled);
    for (const step of ['LA', 'LA_FAST', 'consumeToken', 'SKIP_TOKEN']) {
      this.#observe(step, () => {
        this.#steps++;
      });
    }
    this.#observe('ruleInvocationStateUpdate', (args) => {
      this.#rules.add(String(args[1]));
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
  #observe(name: string, observer: (args: readonly unknown[]) => void): void {
    const original: unknown = Reflect.get(this.#parser, name);
    if (typeof original !== 'function') throw new Error(`Chevrotain has no "${name}" to count.`);
    const parser = this.#parser;
    Reflect.set(parser, name, (...args: unknown[]): IToken => {
      observer(args);
      return Reflect.apply(original, parser, args);
    });
  }
}
