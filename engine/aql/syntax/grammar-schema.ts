/* The middle of the grammar: the schema block. See grammar.ts for how its rules treat recovery. */
import type * as ast from './ast.ts';
import { SelectionParser } from './grammar-selection.ts';
import { none, nowhere, type Rule, spanOf } from './grammar-values.ts';
import * as t from './tokens.ts';

interface DroppedCollection {
  readonly name: ast.NameNode;
  readonly ifExists: boolean;
}

export class SchemaParser extends SelectionParser {
  readonly schema: Rule<ast.SchemaNode> = this.RULE<() => ast.SchemaNode>('schema', () => {
    const statements: ast.SchemaStatementNode[] = [];
    const start = this.CONSUME(t.Schema);
    this.CONSUME(t.BraceOpen);
    this.MANY({
      MAX_LOOKAHEAD: 1,
      DEF: () => {
        statements.push(this.SUBRULE(this.schemaStatement));
      },
    });
    this.CONSUME(t.BraceClose);
    return { kind: 'schema', statements, span: this.spanFrom(start) };
  });

  readonly schemaStatement: Rule<ast.SchemaStatementNode> = this.RULE<
    () => ast.SchemaStatementNode
  >('schemaStatement', () =>
    this.OR<ast.SchemaStatementNode>([
      {
        ALT: () => {
          const start = this.CONSUME1(t.Define);
          return this.OR1<ast.SchemaStatementNode>([
            {
              ALT: () => {
                const collection = this.SUBRULE1(this.collection);
                return { ...collection, span: this.spanFrom(start) };
              },
            },
            {
              ALT: () => {
                const handler = this.SUBRULE1(this.handler);
                return { ...handler, span: this.spanFrom(start) };
              },
            },
          ]);
        },
      },
      {
        ALT: () => {
          const start = this.CONSUME2(t.Drop);
          return this.OR2<ast.SchemaStatementNode>([
            {
              ALT: () => {
                const { name, ifExists } = this.SUBRULE2(this.droppedCollection);
                return { kind: 'dropCollection', name, ifExists, span: this.spanFrom(start) };
              },
            },
            {
              ALT: () => {
                this.CONSUME2(t.Handler);
                const name = this.SUBRULE2(this.quoted);
                return { kind: 'dropHandler', name, span: this.spanFrom(start) };
              },
            },
          ]);
        },
      },
      { ALT: () => this.SUBRULE3(this.alteration) },
    ]),
  );

  readonly droppedCollection: Rule<DroppedCollection> = this.RULE<() => DroppedCollection>(
    'droppedCollection',
    () => {
      this.CONSUME(t.Collection);
      const before = this.OPTION({
        MAX_LOOKAHEAD: 2,
        DEF: () => this.SUBRULE(this.ifExists),
      });
      const name = this.SUBRULE(this.name);
      const after = this.OPTION1({
        MAX_LOOKAHEAD: 2,
        DEF: () => this.SUBRULE1(this.ifExists),
      });
      return { name, ifExists: before !== undefined || after !== undefined };
    },
    { recoveryValueFunc: () => ({ name: nowhere, ifExists: false }) },
  );

  readonly ifExists: Rule<true> = this.RULE<() => true>('ifExists', () => {
    this.CONSUME(t.If);
    this.CONSUME(t.Exists);
    return true;
  });

  readonly collection: Rule<ast.CollectionDefinitionNode> = this.RULE<
    () => ast.CollectionDefinitionNode
  >('collection', () => {
    const fields: ast.FieldDefinitionNode[] = [];
    const start = this.CONSUME(t.Collection);
    const ifNotExists = this.OPTION({
      MAX_LOOKAHEAD: 2,
      DEF: () => {
        this.CONSUME(t.If);
        this.CONSUME(t.Not);
        return this.CONSUME(t.Exists);
      },
    });
    const name = this.SUBRULE(this.name);
    const directives = this.OPTION1(this.someDirectives) ?? none;
    this.CONSUME(t.BraceOpen);
    this.MANY(() => {
      fields.push(this.SUBRULE(this.fieldDefinition));
    });
    this.CONSUME(t.BraceClose);
    return {
      kind: 'defineCollection',
      name,
      ifNotExists: ifNotExists !== undefined,
      directives,
      fields,
      span: this.spanFrom(start),
    };
  });

  readonly fieldDefinition: Rule<ast.FieldDefinitionNode> = this.RULE<
    () => ast.FieldDefinitionNode
  >('fieldDefinition', () => {
    const start = this.LA(1);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Colon);
    const type = this.SUBRULE(this.type);
    const defaultValue = this.OPTION(() => {
      this.CONSUME(t.Equals);
      return this.SUBRULE(this.value);
    });
    const directives = this.OPTION1(this.someDirectives) ?? none;
    return { name, type, defaultValue, directives, span: this.spanFrom(start) };
  });

  readonly handler: Rule<ast.HandlerDefinitionNode> = this.RULE<() => ast.HandlerDefinitionNode>(
    'handler',
    () => {
      let on: ast.NameNode | undefined;
      let action: ast.SelectionSetNode | undefined;
      let actionText = '';
      const errorsBefore = this.errors.length;
      const start = this.CONSUME(t.Handler);
      const name = this.SUBRULE(this.quoted);
      this.CONSUME(t.BraceOpen);
      this.MANY(() => {
        const word = this.LA(1);
        this.OR([
          {
            ALT: () => {
              this.CONSUME(t.On);
              this.CONSUME1(t.Colon);
              if (on !== undefined) this.complain(spanOf(word), '"on" is given twice.');
              on = this.SUBRULE1(this.quoted);
            },
          },
          {
            ALT: () => {
              this.CONSUME(t.Action);
              this.CONSUME2(t.Colon);
              if (action !== undefined) this.complain(spanOf(word), '"action" is given twice.');
              const first = this.input.indexOf(this.LA(1));
              action = this.SUBRULE(this.selectionSet);
              const last = this.input.indexOf(this.LA(0));
              const written = this.input.slice(first, last + 1);
              actionText = written.map(({ image }) => image).join(' ');
            },
          },
        ]);
      });
      const close = this.CONSUME(t.BraceClose);
      // A property that is there but wrong is not missing.
      const isRead = this.errors.length === errorsBefore;
      if (isRead && on === undefined) {
        const hint = 'Say what starts it, such as on: "insert users".';
        this.complain(spanOf(close), 'This handler has no "on".', hint);
      }
      if (isRead && action === undefined) {
        this.complain(spanOf(close), 'This handler has no "action".', 'Write action: { … }.');
      }
      return {
        kind: 'defineHandler',
        name,
        on: on ?? nowhere,
        action: action ?? { selections: [], span: nowhere.span },
        actionText,
        span: this.spanFrom(start),
      };
    },
  );

  readonly alteration: Rule<ast.CollectionAlterationNode> = this.RULE<
    () => ast.CollectionAlterationNode
  >('alteration', () => {
    const actions: ast.AlterActionNode[] = [];
    const start = this.CONSUME(t.Alter);
    this.CONSUME(t.Collection);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.BraceOpen);
    this.MANY(() => {
      actions.push(this.SUBRULE(this.alterAction));
    });
    this.CONSUME(t.BraceClose);
    return { kind: 'alterCollection', name, actions, span: this.spanFrom(start) };
  });

  readonly alterAction: Rule<ast.AlterActionNode> = this.RULE<() => ast.AlterActionNode>(
    'alterAction',
    () =>
      this.OR<ast.AlterActionNode>([
        { ALT: () => this.SUBRULE(this.addition) },
        { ALT: () => this.SUBRULE(this.removal) },
        {
          ALT: () => {
            const start = this.CONSUME(t.Rename);
            const from = this.SUBRULE1(this.name);
            this.CONSUME(t.To);
            const to = this.SUBRULE2(this.name);
            return { kind: 'renameField', from, to, span: this.spanFrom(start) };
          },
        },
        {
          ALT: () => {
            const start = this.CONSUME(t.Modify);
            const field = this.SUBRULE(this.fieldDefinition);
            return { kind: 'modifyField', field, span: this.spanFrom(start) };
          },
        },
      ]),
  );

  readonly addition: Rule<ast.AlterActionNode> = this.RULE<() => ast.AlterActionNode>(
    'addition',
    () => {
      const start = this.CONSUME(t.Add);
      return this.OR<ast.AlterActionNode>([
        {
          GATE: () => this.LA(2).tokenType === t.ParenOpen,
          ALT: () => {
            const fields = this.SUBRULE(this.indexFields);
            const unique = this.OPTION1(() => this.CONSUME(t.Unique));
            const text = this.OPTION2(() => this.CONSUME(t.Text));
            const span = this.spanFrom(start);
            const isUnique = unique !== undefined;
            return { kind: 'addIndex', fields, isUnique, ...(text && { isText: true }), span };
          },
        },
        {
          ALT: () => {
            const field = this.SUBRULE(this.fieldDefinition);
            return { kind: 'addField', field, span: this.spanFrom(start) };
          },
        },
      ]);
    },
  );

  readonly removal: Rule<ast.AlterActionNode> = this.RULE<() => ast.AlterActionNode>(
    'removal',
    () => {
      const start = this.CONSUME(t.Drop);
      return this.OR<ast.AlterActionNode>([
        {
          GATE: () => this.LA(2).tokenType === t.ParenOpen,
          ALT: () => {
            const fields = this.SUBRULE(this.indexFields);
            const text = this.OPTION(() => this.CONSUME(t.Text));
            const span = this.spanFrom(start);
            return { kind: 'dropIndex', fields, ...(text && { isText: true }), span };
          },
        },
        {
          ALT: () => {
            const name = this.SUBRULE(this.name);
            return { kind: 'dropField', name, span: this.spanFrom(start) };
          },
        },
      ]);
    },
  );

  /** `index (city, address.street)` */
  readonly indexFields: Rule<ast.NameNode[]> = this.RULE<() => ast.NameNode[]>(
    'indexFields',
    () => {
      const fields: ast.NameNode[] = [];
      this.CONSUME(t.Index);
      this.CONSUME(t.ParenOpen);
      this.AT_LEAST_ONE(() => {
        const path = this.SUBRULE(this.path);
        this.ACTION(() => fields.push(joinedPath(path)));
      });
      this.CONSUME(t.ParenClose);
      return fields;
    },
  );

  /** `address.city` */
  readonly path: Rule<ast.NameNode[]> = this.RULE<() => ast.NameNode[]>(
    'path',
    () => {
      const names = [this.SUBRULE(this.name)];
      this.MANY(() => {
        this.CONSUME(t.Dot);
        names.push(this.SUBRULE1(this.name));
      });
      return names;
    },
    { recoveryValueFunc: () => [] },
  );
}

function joinedPath(path: readonly ast.NameNode[]): ast.NameNode {
  const start = path[0]?.span.start ?? 0;
  const value = path.map((name) => name.value).join('.');
  return { value, span: { start, end: path.at(-1)?.span.end ?? start } };
}
