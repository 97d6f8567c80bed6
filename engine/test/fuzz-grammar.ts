/*
 * Texts made from the parser's own grammar: Chevrotain knows the productions, this walks them at random and keeps
 * count of the branches it took. So a production that is new is generated, and has to be reached, without a word here.
 *
 * A few rules say more than their productions do, by gates and findings; what generates them says so.
 */
import {
  Alternation,
  Alternative,
  type IProduction,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  type Rule,
  Terminal,
  type TokenType,
} from 'chevrotain';
import { AqlParser } from '../aql/syntax/grammar.ts';
import { everyWord } from '../aql/testdata/sample-texts.ts';

/** Random numbers from 0 up to, and without, a limit. */
export type RandomNumbers = (limit: number) => number;

/** The same numbers for the same seed (mulberry32). */
export function randomNumbers(seed: number): RandomNumbers {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

const words = everyWord.filter((word) => word !== 'on');
const strings = [
  '""',
  '"a"',
  '"a b, c # {"',
  '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
  '"\\u00e9\\u{1F600}\\uD83D\\uDE00é😀"',
  '""""""',
  '"""\n    one\n      two\n  """',
  '"""a "b" \\""" \\n"""',
];
const numbers = ['0', '-0', '7', '-12', '1.5', '-0.25e10', '1E5', '9007199254740993'];
const blanks = [' ', ' ', ' ', '\n', '\t', '  ', '\r\n', '\uFEFF ', '\n\n'];
const gaps = [...blanks, ', ', ',', ' # note, "\n', '#\n'];
const isExpressionRule = /^(factor|primary)$/;
const depthMax = 12;
/** Stand before tokens that no comma may precede, or that need one: a comma ends an operand of an expression. */
const noComma = '(no comma)';
const comma = '(comma)';

export class GrammarTexts {
  readonly #random: RandomNumbers;
  readonly #rules: Readonly<Record<string, Rule>> = new AqlParser(false).getGAstProductions();
  readonly #excluded: ReadonlySet<string>;
  readonly #allowsQuotedKeys: boolean;
  /** How deep a rule goes at least. */
  readonly #heights = new Map<string, number>();
  /** Every branch in reach, and how often it was taken. */
  readonly #branches = new Map<string, number>();
  readonly #productions = new Set<string>();
  #tokens: string[] = [];
  #isConstant = false;

  /** `executable`: what GraphQL has, too. */
  constructor(random: RandomNumbers, scope: 'executable' | 'everything') {
    this.#random = random;
    const isEverything = scope === 'everything';
    this.#excluded = new Set(
      isEverything ? ['stray'] : ['stray', 'schema', 'migrate', 'computation'],
    );
    this.#allowsQuotedKeys = isEverything;
    this.#measureHeights();
    this.#findBranches('definition');
  }

  /** A text of one or two definitions without syntax errors. */
  text(): string {
    this.#tokens = [];
    const count = 1 + this.#random(2);
    for (let index = 0; index < count; index++) this.#rule('definition', 0);
    let text = this.#random(4) === 0 ? this.#pick(gaps) : '';
    let before = '';
    let allowed: readonly string[] = gaps;
    for (const token of this.#tokens) {
      if (token === comma || token === noComma) {
        allowed = token === comma ? [', '] : blanks;
        continue;
      }
      const mayTouch = !(/[\w".-]$/.test(before) && /^[\w".-]/.test(token)) && allowed.length > 1;
      if (!mayTouch || this.#random(3) > 0) text += this.#pick(allowed);
      text += token;
      before = token;
      allowed = gaps;
    }
    return text;
  }

  /** The branches that no text has taken yet. */
  unreached(): readonly string[] {
    return [...this.#branches].filter(([, count]) => count === 0).map(([branch]) => branch);
  }

  /** The rules that texts are made of. */
  get productions(): ReadonlySet<string> {
    return this.#productions;
  }

  coverage(): string {
    const reached = this.#branches.size - this.unreached().length;
    return `${reached} of ${this.#branches.size} branches of ${this.#productions.size} productions`;
  }

  #pick<T>(from: readonly T[]): T {
    const picked = from[this.#random(from.length)];
    if (picked === undefined) throw new Error('Nothing to pick from.');
    return picked;
  }

  #rule(name: string, depth: number): void {
    const outer = this.#isConstant;
    if (name === 'variableDefinition') this.#isConstant = true;
    // The form belongs to the one name before it.
    if (name === 'computation') this.#tokens[this.#tokens.length - 1] = 'compute';
    this.#sequence(name, this.#definitionOf(name), depth + 1);
    this.#isConstant = outer;
  }

  #definitionOf(name: string): readonly IProduction[] {
    const rule = this.#rules[name];
    if (rule === undefined) throw new Error(`There is no rule "${name}".`);
    return rule.definition;
  }

  #sequence(rule: string, sequence: readonly IProduction[], depth: number): void {
    for (let index = 0; index < sequence.length; index++) {
      const part = sequence[index];
      if (part instanceof NonTerminal) this.#rule(part.nonTerminalName, depth);
      else if (part instanceof Terminal) this.#terminal(rule, part);
      else if (part instanceof Alternation) this.#choose(rule, part, depth);
      else if (part instanceof Option) {
        const isTaken = this.#takesOption(rule, part, depth);
        this.#took(`${rule} option ${part.idx} ${isTaken ? 'taken' : 'left out'}`);
        if (isTaken) this.#sequence(rule, part.definition, depth);
        else if (rule === 'sum') {
          // Without an operator, a signed number is the next operand.
          this.#tokens.push(noComma, `-${this.#random(100)}`);
          index++;
        }
      } else if (part instanceof Repetition || part instanceof RepetitionMandatory) {
        this.#repeat(rule, part, depth);
      }
    }
  }

  #takesOption(rule: string, option: Option, depth: number): boolean {
    if (rule === 'wordExpression' && this.#tokens.at(-2) === '.') return false;
    if (rule === 'sum') return this.#random(4) > 0;
    if (depth > depthMax && this.#height(rule, option.definition) > 1) return false;
    return this.#random(5) < 2;
  }

  #repeat(rule: string, repetition: Repetition | RepetitionMandatory, depth: number): void {
    const [only] = repetition.definition;
    if (rule === 'handler' && only instanceof Alternation) {
      // A handler has each of its properties once.
      const order = this.#random(2) === 0 ? [0, 1] : [1, 0];
      for (const index of order) {
        this.#took(`${rule} choice ${only.idx}.${index}`);
        this.#sequence(rule, partsOf(only.definition[index]), depth);
      }
      return;
    }
    const least = repetition instanceof RepetitionMandatory ? 1 : 0;
    const isDeep = depth > depthMax;
    const count = least + (isDeep ? 0 : this.#random(3));
    if (least === 0) {
      this.#took(`${rule} repetition ${repetition.idx} ${count === 0 ? 'empty' : 'filled'}`);
    }
    for (let index = 0; index < count; index++) this.#sequence(rule, repetition.definition, depth);
  }

  #choose(rule: string, choice: Alternation, depth: number): void {
    const open = this.#openAlternatives(rule, choice).filter(
      // A default value holds no variables.
      ([, parts]) => !(this.#isConstant && rule === 'value' && startsWith(parts, 'Dollar')),
    );
    const lowest = Math.min(...open.map(([, parts]) => this.#height(rule, parts)));
    const isDeep = depth > depthMax;
    const [index, parts] = this.#pick(
      isDeep ? open.filter(([, each]) => this.#height(rule, each) === lowest) : open,
    );
    this.#took(`${rule} choice ${choice.idx}.${index}`);
    this.#sequence(rule, parts, depth);
  }

  /** The alternatives in the scope, with their indexes. */
  #openAlternatives(rule: string, choice: Alternation): [number, readonly IProduction[]][] {
    return choice.definition.flatMap((alternative, index): [number, readonly IProduction[]][] => {
      const definition = partsOf(alternative);
      const [first] = definition;
      if (first instanceof NonTerminal && this.#excluded.has(first.nonTerminalName)) return [];
      const isQuotedKey = rule === 'objectEntry' && startsWith(definition, 'StringValue');
      return isQuotedKey && !this.#allowsQuotedKeys ? [] : [[index, definition]];
    });
  }

  #measureHeights(): void {
    const names = Object.keys(this.#rules);
    for (let changed = true; changed; ) {
      changed = false;
      for (const name of names) {
        const height = 1 + this.#height(name, this.#definitionOf(name));
        if (height !== (this.#heights.get(name) ?? Number.POSITIVE_INFINITY)) {
          this.#heights.set(name, height);
          changed = true;
        }
      }
    }
  }

  #height(rule: string, sequence: readonly IProduction[]): number {
    const heights = sequence.map((part) => {
      if (part instanceof NonTerminal) {
        return this.#heights.get(part.nonTerminalName) ?? Number.POSITIVE_INFINITY;
      }
      if (part instanceof RepetitionMandatory) return this.#height(rule, part.definition);
      if (!(part instanceof Alternation)) return 0;
      const open = this.#openAlternatives(rule, part);
      return Math.min(...open.map(([, parts]) => this.#height(rule, parts)));
    });
    return Math.max(0, ...heights);
  }

  #findBranches(rule: string): void {
    if (this.#productions.has(rule)) return;
    this.#productions.add(rule);
    const visit = (sequence: readonly IProduction[]): void => {
      for (const part of sequence) {
        if (part instanceof NonTerminal) this.#findBranches(part.nonTerminalName);
        else if (part instanceof Alternation) {
          for (const [index, parts] of this.#openAlternatives(rule, part)) {
            this.#branches.set(`${rule} choice ${part.idx}.${index}`, 0);
            visit(parts);
          }
        } else if (part instanceof Option) {
          this.#branches.set(`${rule} option ${part.idx} taken`, 0);
          this.#branches.set(`${rule} option ${part.idx} left out`, 0);
          visit(part.definition);
        } else if (part instanceof Repetition || part instanceof RepetitionMandatory) {
          // A handler without its properties is incomplete.
          if (part instanceof Repetition && rule !== 'handler') {
            this.#branches.set(`${rule} repetition ${part.idx} empty`, 0);
            this.#branches.set(`${rule} repetition ${part.idx} filled`, 0);
          }
          visit(part.definition);
        }
      }
    };
    visit(this.#definitionOf(rule));
  }

  #terminal(rule: string, { terminalType }: Terminal): void {
    const image = this.#imageOf(terminalType);
    if (rule === 'sum') this.#tokens.push(noComma);
    else if (isExpressionRule.test(rule) && image.startsWith('-')) this.#tokens.push(comma);
    this.#tokens.push(image);
  }

  #imageOf({ name, LABEL }: TokenType): string {
    if (name === 'Name') return this.#pick(words);
    if (name === 'StringValue') return this.#pick(strings);
    if (name === 'NumberValue') return this.#pick(numbers);
    // The others have their text, in quotes, for a label.
    return LABEL?.slice(1, -1) ?? '';
  }

  #took(branch: string): void {
    this.#branches.set(branch, (this.#branches.get(branch) ?? 0) + 1);
  }
}

function startsWith([first]: readonly IProduction[], type: string): boolean {
  return first instanceof Terminal && first.terminalType.name === type;
}

function partsOf(alternative: IProduction | undefined): readonly IProduction[] {
  return alternative instanceof Alternative ? alternative.definition : [];
}
