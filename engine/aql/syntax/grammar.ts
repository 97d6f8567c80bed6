/*
 * The grammar, as a Chevrotain parser whose rules build the syntax tree as they go. Errors are recovered from, so that
 * one pass reports them all; what a rule returns after a recovery may be incomplete, which is why rules never look
 * into what other rules returned and why `parse.ts` marks the definition as broken.
 *
 * Alternatives and optional parts that stand on the hot path are fields and not literals in their rule: they would be
 * made anew at every call.
 *
 * The rules are spread over a chain of classes, each using those below it: values, selections, the schema block,
 * expressions, the migrate block, and here what stands at the top.
 */
import type { IRecognitionException, IToken, TokenType } from 'chevrotain';
import type { Diagnostic } from '../diagnostic.ts';
import type * as ast from './ast.ts';
import { MigrateParser } from './grammar-migrate.ts';
import { nameOf, none, type Rule, spanOf } from './grammar-values.ts';
import { preferInnermostRule } from './recovery-order.ts';
import { strayTextFound } from './syntax-messages.ts';
import * as t from './tokens.ts';

const operationTypes: Readonly<Record<string, ast.OperationNode['operation']>> = {
  query: 'query',
  mutation: 'mutation',
  subscription: 'subscription',
};

/** The words and the bracket that begin a definition. */
const definitionStarts: ReadonlySet<TokenType> = new Set([
  t.Query,
  t.Mutation,
  t.Subscription,
  t.Fragment,
  t.Schema,
  t.Migrate,
  t.BraceOpen,
]);

/** The words that begin a definition behind its description. */
const describedStarts: ReadonlySet<TokenType> = new Set([
  t.Query,
  t.Mutation,
  t.Subscription,
  t.Fragment,
]);

const statementKeywords = [
  'query',
  'mutation',
  'subscription',
  'schema',
  'migrate',
  'fragment',
] as const;

/** What is wrong with a text. */
export interface ParserFindings {
  readonly errors: readonly IRecognitionException[];
  readonly findings: readonly Diagnostic[];
  /** Text that begins no definition. */
  readonly strays: readonly Diagnostic[];
}

interface DocumentReading extends ParserFindings {
  readonly definitions: readonly ast.DefinitionNode[];
}

interface ExpressionReading extends ParserFindings {
  readonly expression: ast.ExpressionNode;
}

export class AqlParser extends MigrateParser {
  /** Kept outside the rule, so that what was read survives when recovery runs out of text. */
  #definitions: ast.DefinitionNode[] = [];
  #unfinished: IToken | undefined;
  readonly #strays: Diagnostic[] = [];

  readonly document: Rule<void> = this.RULE('document', () => {
    this.MANY(() => {
      this.OR([
        {
          GATE: () => this.#startsDefinition(),
          ALT: () => {
            const start = this.LA(1);
            this.ACTION(() => {
              this.#unfinished = start;
            });
            const definition = this.SUBRULE(this.definition);
            this.ACTION(() => {
              this.#definitions.push(definition ?? this.#unreadable(start));
              this.#unfinished = undefined;
            });
          },
        },
        { ALT: () => this.SUBRULE(this.stray) },
      ]);
    });
  });

  readonly definition: Rule<ast.DefinitionNode | undefined> = this.RULE<
    () => ast.DefinitionNode | undefined
  >(
    'definition',
    (): ast.DefinitionNode | undefined =>
      this.OR<ast.DefinitionNode>([
        {
          GATE: () => this.#definitionWord().tokenType === t.Fragment,
          ALT: () => this.SUBRULE(this.fragment),
        },
        { ALT: () => this.SUBRULE(this.schema) },
        { ALT: () => this.SUBRULE(this.migrate) },
        { ALT: () => this.SUBRULE(this.operation) },
      ]),
    { recoveryValueFunc: () => undefined },
  );

  readonly #operationWords: { ALT: () => IToken }[] = [
    { ALT: () => this.CONSUME(t.Query) },
    { ALT: () => this.CONSUME(t.Mutation) },
    { ALT: () => this.CONSUME(t.Subscription) },
  ];

  readonly operation: Rule<ast.OperationNode> = this.RULE<() => ast.OperationNode>(
    'operation',
    () => {
      const start = this.LA(1);
      let operation: ast.OperationNode['operation'] = 'query';
      let description: ast.DescriptionNode | undefined;
      let name: ast.NameNode | undefined;
      let variables: readonly ast.VariableDefinitionNode[] = none;
      let directives: readonly ast.DirectiveNode[] = none;
      this.OPTION(() => {
        description = this.OPTION1(() => this.SUBRULE(this.quoted));
        const word = this.OR(this.#operationWords);
        operation = operationTypes[word.image] ?? 'query';
        name = this.OPTION2(() => nameOf(this.CONSUME(t.Name)));
        variables = this.OPTION3(() => this.SUBRULE(this.variableDefinitions)) ?? none;
        directives = this.OPTION4(this.someDirectives) ?? none;
      });
      const selectionSet = this.SUBRULE(this.selectionSet);
      return {
        kind: 'operation',
        description,
        operation,
        name,
        variables,
        directives,
        selectionSet,
        span: this.spanFrom(start),
      };
    },
  );

  readonly fragment: Rule<ast.FragmentNode> = this.RULE<() => ast.FragmentNode>('fragment', () => {
    const start = this.LA(1);
    const description = this.OPTION(() => this.SUBRULE(this.quoted));
    this.CONSUME(t.Fragment);
    const named = this.CONSUME(t.Name);
    this.CONSUME(t.On);
    const typeCondition = nameOf(this.CONSUME1(t.Name));
    const directives = this.OPTION1(this.someDirectives) ?? none;
    const selectionSet = this.SUBRULE(this.selectionSet);
    const span = this.spanFrom(start);
    if (named.tokenType === t.On) {
      this.complain(spanOf(named), 'A fragment cannot be named "on".');
    }
    const name = nameOf(named);
    return { kind: 'fragment', description, name, typeCondition, directives, selectionSet, span };
  });

  readonly variableDefinitions: Rule<readonly ast.VariableDefinitionNode[]> = this.RULE<
    () => readonly ast.VariableDefinitionNode[]
  >('variableDefinitions', () => {
    const definitions: ast.VariableDefinitionNode[] = [];
    this.CONSUME(t.ParenOpen);
    this.AT_LEAST_ONE(() => {
      definitions.push(this.SUBRULE(this.variableDefinition));
    });
    this.CONSUME(t.ParenClose);
    return definitions;
  });

  readonly variableDefinition: Rule<ast.VariableDefinitionNode> = this.RULE<
    () => ast.VariableDefinitionNode
  >('variableDefinition', () => {
    const start = this.LA(1);
    const description = this.OPTION(() => this.SUBRULE(this.quoted));
    this.CONSUME(t.Dollar);
    const name = nameOf(this.CONSUME(t.Name));
    this.CONSUME(t.Colon);
    const type = this.SUBRULE(this.type);
    this.isConstant = true;
    try {
      const defaultValue = this.OPTION1(() => {
        this.CONSUME(t.Equals);
        return this.SUBRULE(this.value);
      });
      const directives = this.OPTION2(this.someDirectives) ?? none;
      return { description, name, type, defaultValue, directives, span: this.spanFrom(start) };
    } finally {
      this.isConstant = false;
    }
  });

  /** Text that begins no definition: reported once, then read over up to the next definition. */
  readonly stray: Rule<void> = this.RULE<() => void>('stray', () => {
    const first = this.LA(1);
    this.OR([
      {
        ALT: () => {
          this.AT_LEAST_ONE({
            GATE: () => this.LA(1) === first || !this.#startsDefinition(),
            DEF: () => this.CONSUME(t.Plain),
          });
          this.MANY({
            GATE: () => !this.#startsDefinition() || /^[A-Za-z_]/.test(first.image),
            DEF: () => this.SUBRULE1(this.group),
          });
        },
      },
      { ALT: () => this.SUBRULE2(this.group) },
      {
        ALT: () => {
          this.OR1([
            { ALT: () => this.CONSUME(t.BraceClose) },
            { ALT: () => this.CONSUME(t.ParenClose) },
            { ALT: () => this.CONSUME(t.BracketClose) },
          ]);
        },
      },
    ]);
    this.ACTION(() => this.#strays.push(strayTextFound(first)));
  });

  /** @param recoveryEnabled Without it, parsing ends at the first error, and is faster. */
  constructor(recoveryEnabled: boolean) {
    super(recoveryEnabled);
    this.performSelfAnalysis();
    preferInnermostRule(this, [...definitionStarts]);
  }

  /** Parses one text. Never throws for bad text; errors and findings say what is wrong. */
  read(text: string, tokens: IToken[]): DocumentReading {
    this.#begin(text, tokens);
    this.#definitions = [];
    this.#unfinished = undefined;
    this.document();
    const last = tokens.at(-1);
    const unfinished = this.#unfinishedStart();
    if (unfinished !== undefined && last !== undefined) {
      const span = { start: unfinished.startOffset, end: spanOf(last).end };
      this.#definitions.push({ ...this.#unreadable(unfinished), span });
    }
    return { definitions: this.#definitions, ...this.#end() };
  }

  /** Parses a text that is one expression, likewise. */
  readExpression(text: string, tokens: IToken[]): ExpressionReading {
    this.#begin(text, tokens);
    const expression = this.expression();
    return { expression, ...this.#end() };
  }

  #begin(text: string, tokens: IToken[]): void {
    this.text = text;
    this.findings.length = 0;
    this.#strays.length = 0;
    this.input = tokens;
  }

  #end(): ParserFindings {
    const { errors } = this;
    this.input = [];
    this.text = '';
    return { errors, findings: [...this.findings], strays: [...this.#strays] };
  }

  #unfinishedStart(): IToken | undefined {
    return this.#unfinished;
  }

  #unreadable(start: IToken): ast.UnreadableNode {
    const word = start.image.startsWith('"') ? this.#wordBehind(start) : start.image;
    const keyword = statementKeywords.find((each) => each === word) ?? 'query';
    return { kind: 'unreadable', keyword, span: this.spanFrom(start) };
  }

  #wordBehind(description: IToken): string {
    return this.input[this.input.indexOf(description) + 1]?.image ?? '';
  }

  #startsDefinition(): boolean {
    const { tokenType } = this.#definitionWord();
    return this.#definitionWord() === this.LA(1)
      ? definitionStarts.has(tokenType)
      : describedStarts.has(tokenType);
  }

  /** The next token, or the one behind a description. */
  #definitionWord(): IToken {
    const next = this.LA(1);
    return next.image.startsWith('"') ? this.LA(2) : next;
  }
}
