/* What stands between the braces of an operation. See grammar.ts for how its rules treat recovery. */
import type * as ast from './ast.ts';
import { nameOf, none, type Rule, spanOf, ValueParser } from './grammar-values.ts';
import * as t from './tokens.ts';

export class SelectionParser extends ValueParser {
  readonly #selections: { ALT: () => ast.SelectionNode }[] = [
    { ALT: () => this.SUBRULE(this.field) },
    { ALT: () => this.SUBRULE(this.spread) },
  ];

  readonly selectionSet: Rule<ast.SelectionSetNode> = this.RULE<() => ast.SelectionSetNode>(
    'selectionSet',
    () => {
      const selections: ast.SelectionNode[] = [];
      const start = this.CONSUME(t.BraceOpen);
      this.AT_LEAST_ONE(() => {
        selections.push(this.OR(this.#selections));
      });
      this.CONSUME(t.BraceClose);
      return { selections, span: this.spanFrom(start) };
    },
  );

  readonly #nameBehindAlias = (): ast.NameNode => {
    this.CONSUME(t.Colon);
    return nameOf(this.CONSUME1(t.Name));
  };

  readonly #argumentForms: {
    readonly GATE?: () => boolean;
    readonly ALT: () => readonly ast.ArgumentNode[];
  }[] = [
    {
      GATE: () => this.LA(0).image === 'compute' && this.LA(2).image.startsWith('"'),
      ALT: () => this.SUBRULE(this.computation),
    },
    { ALT: () => this.SUBRULE(this.arguments) },
  ];

  readonly #fieldArguments = (): readonly ast.ArgumentNode[] =>
    this.OR1({ MAX_LOOKAHEAD: 1, IGNORE_AMBIGUITIES: true, DEF: this.#argumentForms });

  /** The text of `compute("…")`: the one argument without a name. */
  readonly computation: Rule<readonly ast.ArgumentNode[]> = this.RULE<
    () => readonly ast.ArgumentNode[]
  >('computation', () => {
    this.CONSUME(t.ParenOpen);
    const token = this.CONSUME(t.StringValue);
    this.CONSUME(t.ParenClose);
    const span = spanOf(token);
    const name = { value: 'expression', span: { start: span.start, end: span.start } };
    return [{ name, value: { kind: 'string', value: this.stringValue(token), span }, span }];
  });

  readonly #fieldSelection = (): ast.SelectionSetNode => this.SUBRULE(this.selectionSet);

  readonly field: Rule<ast.FieldNode> = this.RULE<() => ast.FieldNode>('field', () => {
    const first = nameOf(this.CONSUME(t.Name));
    const second = this.OPTION(this.#nameBehindAlias);
    const args = this.OPTION1(this.#fieldArguments);
    const directives = this.OPTION2(this.someDirectives);
    const selectionSet = this.OPTION3(this.#fieldSelection);
    return {
      kind: 'field',
      alias: second === undefined ? undefined : first,
      name: second ?? first,
      arguments: args ?? none,
      directives: directives ?? none,
      selectionSet,
      span: { start: first.span.start, end: this.endOfLast() },
    };
  });

  readonly spread: Rule<ast.SelectionNode> = this.RULE<() => ast.SelectionNode>('spread', () => {
    const start = this.CONSUME(t.Spread);
    return this.OR<ast.SelectionNode>([
      {
        // Goes first: "on" is a name, too.
        ALT: () => {
          const typeCondition = this.OPTION(() => {
            this.CONSUME(t.On);
            return nameOf(this.CONSUME1(t.Name));
          });
          const directives = this.OPTION1(this.someDirectives) ?? none;
          const selectionSet = this.SUBRULE(this.selectionSet);
          const span = this.spanFrom(start);
          return { kind: 'inlineFragment', typeCondition, directives, selectionSet, span };
        },
      },
      {
        ALT: () => {
          const name = nameOf(this.CONSUME2(t.Name));
          const directives = this.OPTION2(this.someDirectives) ?? none;
          return { kind: 'fragmentSpread', name, directives, span: this.spanFrom(start) };
        },
      },
    ]);
  });
}
