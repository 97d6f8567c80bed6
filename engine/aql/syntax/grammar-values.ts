/*
 * The lower half of the grammar: names, types, values, arguments, directives, and groups of brackets that are only
 * read over. See grammar.ts for how its rules treat recovery, and why alternatives are fields.
 */
import { EmbeddedActionsParser, type IToken, type ParserMethod } from 'chevrotain';
import type { Diagnostic, Span } from '../diagnostic.ts';
import type * as ast from './ast.ts';
import { decodeBlockString, decodeString } from './string-literal.ts';
import { messageProvider } from './syntax-messages.ts';
import * as t from './tokens.ts';

export type Rule<T> = ParserMethod<[], T>;

/** Shared by all nodes that have no children of a sort. */
export const none: readonly never[] = [];

/** Stands where recovery found no name; only broken definitions hold it. */
export const nowhere: ast.NameNode = { value: '', span: { start: 0, end: 0 } };

type Alternatives<T> = { ALT: () => T }[];

export class ValueParser extends EmbeddedActionsParser {
  /** Findings of the rules themselves (such as bad escapes), beside Chevrotain's own errors. */
  readonly findings: Diagnostic[] = [];
  /** True where GraphQL allows no variables. */
  protected isConstant = false;

  readonly #types: Alternatives<(isRequired: boolean, span: Span) => ast.TypeNode> = [
    {
      ALT: () => {
        this.CONSUME(t.BracketOpen);
        const element = this.SUBRULE(this.type);
        this.CONSUME(t.BracketClose);
        return (isRequired, span) => ({ kind: 'list', element, isRequired, span });
      },
    },
    {
      ALT: () => {
        const name = nameOf(this.CONSUME(t.Name));
        return (isRequired, span) => ({ kind: 'named', name, isRequired, span });
      },
    },
  ];

  readonly type: Rule<ast.TypeNode> = this.RULE<() => ast.TypeNode>('type', () => {
    const start = this.LA(1);
    const make = this.OR(this.#types);
    const bang = this.OPTION(() => this.CONSUME(t.Bang));
    return this.ACTION(() => make(bang !== undefined, this.spanFrom(start)));
  });

  readonly arguments: Rule<readonly ast.ArgumentNode[]> = this.RULE<
    () => readonly ast.ArgumentNode[]
  >('arguments', () => {
    const list: ast.ArgumentNode[] = [];
    this.CONSUME(t.ParenOpen);
    this.AT_LEAST_ONE(() => {
      list.push(this.SUBRULE(this.argument));
    });
    this.CONSUME(t.ParenClose);
    return list;
  });

  readonly argument: Rule<ast.ArgumentNode> = this.RULE<() => ast.ArgumentNode>('argument', () => {
    const name = nameOf(this.CONSUME(t.Name));
    this.CONSUME(t.Colon);
    const value = this.SUBRULE(this.value);
    return { name, value, span: { start: name.span.start, end: this.endOfLast() } };
  });

  /** For `OPTION`, wherever directives may stand. */
  protected readonly someDirectives = (): readonly ast.DirectiveNode[] =>
    this.SUBRULE(this.directives);

  readonly directives: Rule<readonly ast.DirectiveNode[]> = this.RULE<
    () => readonly ast.DirectiveNode[]
  >('directives', () => {
    const list: ast.DirectiveNode[] = [];
    this.AT_LEAST_ONE(() => {
      const start = this.CONSUME(t.At);
      const name = nameOf(this.CONSUME(t.Name));
      const args = this.OPTION(() => this.SUBRULE(this.arguments));
      list.push({ name, arguments: args ?? none, span: this.spanFrom(start) });
    });
    return list;
  });

  readonly #values: Alternatives<ast.ValueNode> = [
    { ALT: () => this.SUBRULE(this.object) },
    { ALT: () => this.SUBRULE(this.list) },
    {
      ALT: () => {
        const token = this.CONSUME(t.StringValue);
        return { kind: 'string', value: this.stringValue(token), span: spanOf(token) };
      },
    },
    {
      ALT: () => {
        const token = this.CONSUME(t.NumberValue);
        return { kind: 'number', text: token.image, span: spanOf(token) };
      },
    },
    {
      ALT: () => {
        const start = this.CONSUME(t.Dollar);
        const name = nameOf(this.CONSUME1(t.Name));
        const span = this.spanFrom(start);
        if (this.isConstant) {
          this.complain(
            span,
            `Unexpected variable "$${name.value}": this value has to be constant.`,
          );
        }
        return { kind: 'variable', name, span };
      },
    },
    {
      ALT: () => {
        const token = this.CONSUME(t.Name);
        return wordValue(token.image, spanOf(token));
      },
    },
  ];

  readonly value: Rule<ast.ValueNode> = this.RULE<() => ast.ValueNode>('value', () =>
    this.OR(this.#values),
  );

  readonly list: Rule<ast.ListNode> = this.RULE<() => ast.ListNode>('list', () => {
    const items: ast.ValueNode[] = [];
    const start = this.CONSUME(t.BracketOpen);
    this.MANY(() => {
      items.push(this.SUBRULE(this.value));
    });
    this.CONSUME(t.BracketClose);
    return { kind: 'list', items, span: this.spanFrom(start) };
  });

  readonly object: Rule<ast.ObjectNode> = this.RULE<() => ast.ObjectNode>('object', () => {
    const entries: ast.ObjectEntryNode[] = [];
    const start = this.CONSUME(t.BraceOpen);
    this.MANY(() => {
      entries.push(this.SUBRULE(this.objectEntry));
    });
    this.CONSUME(t.BraceClose);
    return { kind: 'object', entries, span: this.spanFrom(start) };
  });

  readonly #keys: Alternatives<ast.NameNode> = [
    { ALT: () => nameOf(this.CONSUME(t.Name)) },
    { ALT: () => this.quotedName(this.CONSUME(t.StringValue)) },
  ];

  readonly objectEntry: Rule<ast.ObjectEntryNode> = this.RULE<() => ast.ObjectEntryNode>(
    'objectEntry',
    () => {
      const key = this.OR(this.#keys);
      this.CONSUME(t.Colon);
      const value = this.SUBRULE(this.value);
      return this.ACTION(() => {
        return { key, value, span: { start: key.span.start, end: this.endOfLast() } };
      });
    },
  );

  /** Brackets and what stands between them, read over. */
  readonly group: Rule<void> = this.RULE<() => void>('group', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME1(t.BraceOpen);
          this.MANY1(() => this.SUBRULE1(this.groupItem));
          this.CONSUME1(t.BraceClose);
        },
      },
      {
        ALT: () => {
          this.CONSUME2(t.ParenOpen);
          this.MANY2(() => this.SUBRULE2(this.groupItem));
          this.CONSUME2(t.ParenClose);
        },
      },
      {
        ALT: () => {
          this.CONSUME3(t.BracketOpen);
          this.MANY3(() => this.SUBRULE3(this.groupItem));
          this.CONSUME3(t.BracketClose);
        },
      },
    ]);
  });

  readonly groupItem: Rule<void> = this.RULE<() => void>('groupItem', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.group) },
      {
        ALT: () => {
          this.CONSUME(t.Plain);
        },
      },
    ]);
  });

  readonly name: Rule<ast.NameNode> = this.RULE<() => ast.NameNode>(
    'name',
    () => nameOf(this.CONSUME(t.Name)),
    { recoveryValueFunc: () => nowhere },
  );

  /** A quoted name: of a handler, of a version. */
  readonly quoted: Rule<ast.NameNode> = this.RULE<() => ast.NameNode>(
    'quoted',
    () => this.quotedName(this.CONSUME(t.StringValue)),
    { recoveryValueFunc: () => nowhere },
  );

  constructor(recoveryEnabled: boolean) {
    super(t.allTokens, {
      recoveryEnabled,
      // Where one word does not decide, the rule says so itself: errors cost time in proportion to this.
      maxLookahead: 1,
      errorMessageProvider: messageProvider,
      skipValidations: true,
    });
  }

  protected complain(span: Span, message: string, hint?: string): void {
    // Tokens that recovery made up stand nowhere. What they replace has been reported.
    if (Number.isNaN(span.start)) return;
    const base = { code: 'SyntaxError', severity: 'error', span, message } as const;
    this.ACTION(() => this.findings.push(hint === undefined ? base : { ...base, hint }));
  }

  protected spanFrom(start: IToken): Span {
    return { start: start.startOffset, end: this.endOfLast() };
  }

  /** Where the token ends that was read last. */
  protected endOfLast(): number {
    const last = this.LA(0);
    return last.startOffset + last.image.length;
  }

  protected quotedName(token: IToken): ast.NameNode {
    return { value: this.stringValue(token), span: spanOf(token) };
  }

  protected stringValue(token: IToken): string {
    const { image, startOffset } = token;
    const decode = isBlockString(token) ? decodeBlockString : decodeString;
    return decode(image, startOffset, (found) => this.findings.push(found));
  }
}

export function spanOf(token: IToken): Span {
  return { start: token.startOffset, end: token.startOffset + token.image.length };
}

export function nameOf(token: IToken): ast.NameNode {
  return { value: token.image, span: spanOf(token) };
}

function isBlockString({ tokenType }: IToken): boolean {
  return tokenType === t.BlockString || tokenType === t.UnclosedBlockString;
}

function wordValue(word: string, span: Span): ast.ValueNode {
  switch (word) {
    case 'true':
    case 'false':
      return { kind: 'boolean', value: word === 'true', span };
    case 'null':
      return { kind: 'null', span };
    default:
      return { kind: 'enum', value: word, span };
  }
}
