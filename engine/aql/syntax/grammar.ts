/*
 * The grammar, as a Chevrotain parser whose rules build the syntax tree as they go. Errors are recovered from, so that
 * one pass reports them all; what a rule returns after a recovery may be incomplete, which is why rules never look
 * into what other rules returned and why `parse.ts` marks the definition as broken.
 *
 * The rules are spread over a chain of classes, each using those below it: values, selections, the schema block,
 * expressions, the migrate block, and here what stands at the top.
 */
import type { IRecognitionException, IToken, TokenType } from 'chevrotain';
import type { Diagnostic } from '../diagnostic.ts';
import type * as ast from './ast.ts';
import { MigrateParser } from './grammar-migrate.ts';
import { type Rule, spanOf } from './grammar-values.ts';
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

const statementKeywords = [
  'query',
  'mutation',
  'subscription',
  'schema',
  'migrate',
  'fragment',
] as const;

export interface ParserReading {
  readonly definitions: readonly ast.DefinitionNode[];
  readonly errors: readonly IRecognitionException[];
  readonly findings: readonly Diagnostic[];
}

export class AqlParser extends MigrateParser {
  /** Kept outside the rule, so that what was read survives when recovery runs out of text. */
  #definitions: ast.DefinitionNode[] = [];
  #unfinished: IToken | undefined;

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
        { ALT: () => this.SUBRULE(this.fragment) },
        { ALT: () => this.SUBRULE(this.schema) },
        { ALT: () => this.SUBRULE(this.migrate) },
        { ALT: () => this.SUBRULE(this.operation) },
      ]),
    { recoveryValueFunc: () => undefined },
  );

  readonly operation: Rule<ast.OperationNode> = this.RULE<() => ast.OperationNode>(
    'operation',
    () => {
      const start = this.LA(1);
      let operation: ast.OperationNode['operation'] = 'query';
      let name: ast.NameNode | undefined;
      let variables: ast.VariableDefinitionNode[] = [];
      let directives: ast.DirectiveNode[] = [];
      this.OPTION(() => {
        const word = this.OR([
          { ALT: () => this.CONSUME(t.Query) },
          { ALT: () => this.CONSUME(t.Mutation) },
          { ALT: () => this.CONSUME(t.Subscription) },
        ]);
        operation = operationTypes[word.image] ?? 'query';
        this.OPTION1(() => {
          name = this.SUBRULE(this.name);
        });
        this.OPTION2(() => {
          variables = this.SUBRULE(this.variableDefinitions);
        });
        directives = this.SUBRULE(this.directives);
      });
      const selectionSet = this.SUBRULE(this.selectionSet);
      const span = this.spanFrom(start);
      return { kind: 'operation', operation, name, variables, directives, selectionSet, span };
    },
  );

  readonly fragment: Rule<ast.FragmentNode> = this.RULE<() => ast.FragmentNode>('fragment', () => {
    const start = this.CONSUME(t.Fragment);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.On);
    const typeCondition = this.SUBRULE1(this.name);
    const directives = this.SUBRULE(this.directives);
    const selectionSet = this.SUBRULE(this.selectionSet);
    const span = this.spanFrom(start);
    return { kind: 'fragment', name, typeCondition, directives, selectionSet, span };
  });

  readonly variableDefinitions: Rule<ast.VariableDefinitionNode[]> = this.RULE<
    () => ast.VariableDefinitionNode[]
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
    const start = this.CONSUME(t.Dollar);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Colon);
    const type = this.SUBRULE(this.type);
    let defaultValue: ast.ValueNode | undefined;
    this.OPTION(() => {
      this.CONSUME(t.Equals);
      defaultValue = this.SUBRULE(this.value);
    });
    const directives = this.SUBRULE(this.directives);
    return { name, type, defaultValue, directives, span: this.spanFrom(start) };
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
    this.ACTION(() => this.findings.push(strayTextFound(first)));
  });

  constructor() {
    super();
    this.performSelfAnalysis();
  }

  /** Parses one text. Never throws for bad text; errors and findings say what is wrong. */
  read(text: string, tokens: IToken[]): ParserReading {
    this.text = text;
    this.#definitions = [];
    this.#unfinished = undefined;
    this.findings.length = 0;
    this.input = tokens;
    this.document();
    const last = tokens.at(-1);
    const unfinished = this.#unfinishedStart();
    if (unfinished !== undefined && last !== undefined) {
      const span = { start: unfinished.startOffset, end: spanOf(last).end };
      this.#definitions.push({ ...this.#unreadable(unfinished), span });
    }
    const reading = {
      definitions: this.#definitions,
      errors: [...this.errors],
      findings: [...this.findings],
    };
    this.input = [];
    this.text = '';
    return reading;
  }

  #unfinishedStart(): IToken | undefined {
    return this.#unfinished;
  }

  #unreadable(start: IToken): ast.UnreadableNode {
    const { image } = start;
    const keyword = statementKeywords.find((word) => word === image) ?? 'query';
    return { kind: 'unreadable', keyword, span: this.spanFrom(start) };
  }

  #startsDefinition(): boolean {
    return definitionStarts.has(this.LA(1).tokenType);
  }
}
