/* What stands between the braces of an operation. See grammar.ts for how its rules treat recovery. */
import type * as ast from './ast.ts';
import { type Rule, ValueParser } from './grammar-values.ts';
import * as t from './tokens.ts';

export class SelectionParser extends ValueParser {
  readonly selectionSet: Rule<ast.SelectionSetNode> = this.RULE<() => ast.SelectionSetNode>(
    'selectionSet',
    () => {
      const selections: ast.SelectionNode[] = [];
      const start = this.CONSUME(t.BraceOpen);
      this.AT_LEAST_ONE(() => {
        selections.push(this.SUBRULE(this.selection));
      });
      this.CONSUME(t.BraceClose);
      return { selections, span: this.spanFrom(start) };
    },
  );

  readonly selection: Rule<ast.SelectionNode> = this.RULE<() => ast.SelectionNode>(
    'selection',
    () =>
      this.OR<ast.SelectionNode>([
        { ALT: () => this.SUBRULE(this.field) },
        { ALT: () => this.SUBRULE(this.spread) },
      ]),
  );

  readonly field: Rule<ast.FieldNode> = this.RULE<() => ast.FieldNode>('field', () => {
    const start = this.LA(1);
    let name = this.SUBRULE(this.name);
    let alias: ast.NameNode | undefined;
    let args: ast.ArgumentNode[] = [];
    let selectionSet: ast.SelectionSetNode | undefined;
    this.OPTION(() => {
      this.CONSUME(t.Colon);
      alias = name;
      name = this.SUBRULE1(this.name);
    });
    this.OPTION1(() => {
      args = this.SUBRULE(this.arguments);
    });
    const directives = this.SUBRULE(this.directives);
    this.OPTION2(() => {
      selectionSet = this.SUBRULE(this.selectionSet);
    });
    const span = this.spanFrom(start);
    return { kind: 'field', alias, name, arguments: args, directives, selectionSet, span };
  });

  readonly spread: Rule<ast.SelectionNode> = this.RULE<() => ast.SelectionNode>('spread', () => {
    const start = this.CONSUME(t.Spread);
    return this.OR<ast.SelectionNode>([
      {
        GATE: () => this.LA(1).tokenType !== t.On,
        ALT: () => {
          const name = this.SUBRULE(this.name);
          const directives = this.SUBRULE(this.directives);
          return { kind: 'fragmentSpread', name, directives, span: this.spanFrom(start) };
        },
      },
      {
        ALT: () => {
          let typeCondition: ast.NameNode | undefined;
          this.OPTION(() => {
            this.CONSUME(t.On);
            typeCondition = this.SUBRULE1(this.name);
          });
          const directives = this.SUBRULE1(this.directives);
          const selectionSet = this.SUBRULE(this.selectionSet);
          const span = this.spanFrom(start);
          return { kind: 'inlineFragment', typeCondition, directives, selectionSet, span };
        },
      },
    ]);
  });
}
