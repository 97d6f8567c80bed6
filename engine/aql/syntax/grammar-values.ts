/*
 * The lower half of the grammar: names, types, values, arguments, directives, and groups of brackets that are only
 * read over. See grammar.ts for how its rules treat recovery.
 */
import { EmbeddedActionsParser, type IToken, type ParserMethod } from 'chevrotain';
import type { Diagnostic, Span } from '../diagnostic.ts';
import type * as ast from './ast.ts';
import { decodeBlockString, decodeString } from './string-literal.ts';
import { messageProvider } from './syntax-messages.ts';
import * as t from './tokens.ts';

export type Rule<T> = ParserMethod<[], T>;

export class ValueParser extends EmbeddedActionsParser {
  /** Findings of the rules themselves (bad escapes, stray text), beside Chevrotain's own errors. */
  readonly findings: Diagnostic[] = [];

  readonly type: Rule<ast.TypeNode> = this.RULE<() => ast.TypeNode>('type', () => {
    const start = this.LA(1);
    const make = this.OR<(isRequired: boolean, span: Span) => ast.TypeNode>([
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
          const name = this.SUBRULE(this.name);
          return (isRequired, span) => ({ kind: 'named', name, isRequired, span });
        },
      },
    ]);
    const bang = this.OPTION(() => this.CONSUME(t.Bang));
    return this.ACTION(() => make(bang !== undefined, this.spanFrom(start)));
  });

  readonly arguments: Rule<ast.ArgumentNode[]> = this.RULE<() => ast.ArgumentNode[]>(
    'arguments',
    () => {
      const list: ast.ArgumentNode[] = [];
      this.CONSUME(t.ParenOpen);
      this.AT_LEAST_ONE(() => {
        list.push(this.SUBRULE(this.argument));
      });
      this.CONSUME(t.ParenClose);
      return list;
    },
  );

  readonly argument: Rule<ast.ArgumentNode> = this.RULE<() => ast.ArgumentNode>('argument', () => {
    const start = this.LA(1);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Colon);
    const value = this.SUBRULE(this.value);
    return { name, value, span: this.spanFrom(start) };
  });

  readonly directives: Rule<ast.DirectiveNode[]> = this.RULE<() => ast.DirectiveNode[]>(
    'directives',
    () => {
      const list: ast.DirectiveNode[] = [];
      this.MANY(() => {
        const start = this.CONSUME(t.At);
        const name = this.SUBRULE(this.name);
        let args: ast.ArgumentNode[] = [];
        this.OPTION(() => {
          args = this.SUBRULE(this.arguments);
        });
        list.push({ name, arguments: args, span: this.spanFrom(start) });
      });
      return list;
    },
  );

  readonly value: Rule<ast.ValueNode> = this.RULE<() => ast.ValueNode>('value', () =>
    this.OR<ast.ValueNode>([
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
          const name = this.SUBRULE(this.name);
          return { kind: 'variable', name, span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(t.Name);
          return wordValue(token.image, spanOf(token));
        },
      },
    ]),
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

  readonly objectEntry: Rule<ast.ObjectEntryNode> = this.RULE<() => ast.ObjectEntryNode>(
    'objectEntry',
    () => {
      const start = this.LA(1);
      const key = this.SUBRULE(this.key);
      this.CONSUME(t.Colon);
      const value = this.SUBRULE(this.value);
      return { key, value, span: this.spanFrom(start) };
    },
  );

  /** A key may be quoted. */
  readonly key: Rule<ast.NameNode> = this.RULE<() => ast.NameNode>('key', () =>
    this.OR<ast.NameNode>([
      { ALT: () => this.SUBRULE(this.name) },
      { ALT: () => this.SUBRULE(this.quoted) },
    ]),
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

  readonly name: Rule<ast.NameNode> = this.RULE<() => ast.NameNode>('name', () => {
    const token = this.CONSUME(t.Name);
    return { value: token.image, span: spanOf(token) };
  });

  /** A quoted name: of a handler, of a version. */
  readonly quoted: Rule<ast.NameNode> = this.RULE<() => ast.NameNode>('quoted', () => {
    const token = this.CONSUME(t.StringValue);
    return { value: this.ACTION(() => this.stringValue(token)), span: spanOf(token) };
  });

  constructor() {
    super(t.allTokens, {
      recoveryEnabled: true,
      // Where one word does not decide, the rule says so itself: errors cost time in proportion to this.
      maxLookahead: 1,
      errorMessageProvider: messageProvider,
      skipValidations: true,
    });
  }

  protected spanFrom(start: IToken): Span {
    const last = this.LA(0);
    return { start: start.startOffset, end: last.startOffset + last.image.length };
  }

  protected stringValue(token: IToken): string {
    const { image, tokenType } = token;
    if (tokenType === t.BlockString || tokenType === t.UnclosedBlockString) {
      return decodeBlockString(image);
    }
    return decodeString(image, token.startOffset, (found) => this.findings.push(found));
  }
}

export function spanOf(token: IToken): Span {
  return { start: token.startOffset, end: token.startOffset + token.image.length };
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
