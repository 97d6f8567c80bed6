/* The middle of the grammar: the schema block. See grammar.ts for how its rules treat recovery. */
import type * as ast from './ast.ts';
import { type Rule, ValueParser } from './grammar-values.ts';
import * as t from './tokens.ts';

interface DroppedCollection {
  readonly name: ast.NameNode;
  readonly ifExists: boolean;
}

/** Stands where recovery found no name; only broken definitions hold it. */
const nowhere: ast.NameNode = { value: '', span: { start: 0, end: 0 } };

export class SchemaParser extends ValueParser {
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
  >('schemaStatement', () => {
    const start = this.LA(1);
    const skipped = (title: string): ast.SchemaStatementNode => ({
      kind: 'skipped',
      title,
      span: this.spanFrom(start),
    });
    return this.OR<ast.SchemaStatementNode>([
      {
        ALT: () => {
          this.CONSUME1(t.Define);
          return this.OR1<ast.SchemaStatementNode>([
            {
              ALT: () => {
                const collection = this.SUBRULE1(this.collection);
                return { ...collection, span: this.spanFrom(start) };
              },
            },
            {
              ALT: () => {
                this.CONSUME1(t.Handler);
                this.CONSUME1(t.StringValue);
                this.SUBRULE1(this.group);
                return skipped('define handler');
              },
            },
          ]);
        },
      },
      {
        ALT: () => {
          this.CONSUME2(t.Drop);
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
                this.CONSUME2(t.StringValue);
                return skipped('drop handler');
              },
            },
          ]);
        },
      },
      {
        ALT: () => {
          this.CONSUME3(t.Alter);
          this.CONSUME3(t.Collection);
          this.SUBRULE3(this.name);
          this.SUBRULE3(this.group);
          return skipped('alter collection');
        },
      },
    ]);
  });

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
    const directives = this.SUBRULE(this.directives);
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
    let defaultValue: ast.ValueNode | undefined;
    this.OPTION(() => {
      this.CONSUME(t.Equals);
      defaultValue = this.SUBRULE(this.value);
    });
    const directives = this.SUBRULE(this.directives);
    return { name, type, defaultValue, directives, span: this.spanFrom(start) };
  });
}
