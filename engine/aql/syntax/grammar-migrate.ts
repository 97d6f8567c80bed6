/* The migrate block. See grammar.ts for how its rules treat recovery. */
import type * as ast from './ast.ts';
import { ExpressionParser } from './grammar-expressions.ts';
import type { Rule } from './grammar-values.ts';
import * as t from './tokens.ts';

export class MigrateParser extends ExpressionParser {
  readonly migrate: Rule<ast.MigrateNode> = this.RULE<() => ast.MigrateNode>('migrate', () => {
    const versions: ast.MigrationVersionNode[] = [];
    const start = this.CONSUME(t.Migrate);
    this.CONSUME(t.BraceOpen);
    this.MANY(() => {
      versions.push(this.SUBRULE(this.migrationVersion));
    });
    this.CONSUME(t.BraceClose);
    return { kind: 'migrate', versions, span: this.spanFrom(start) };
  });

  readonly migrationVersion: Rule<ast.MigrationVersionNode> = this.RULE<
    () => ast.MigrationVersionNode
  >('migrationVersion', () => {
    const steps: ast.MigrationStepNode[] = [];
    const start = this.LA(1);
    const version = this.SUBRULE(this.quoted);
    this.CONSUME(t.Colon);
    this.CONSUME(t.BraceOpen);
    this.MANY(() => {
      steps.push(this.SUBRULE(this.migrationStep));
    });
    this.CONSUME(t.BraceClose);
    return { version, steps, span: this.spanFrom(start) };
  });

  readonly migrationStep: Rule<ast.MigrationStepNode> = this.RULE<() => ast.MigrationStepNode>(
    'migrationStep',
    () =>
      this.OR<ast.MigrationStepNode>([
        {
          ALT: () => {
            const start = this.CONSUME(t.Create);
            const collection = this.SUBRULE(this.collection);
            return { ...collection, span: this.spanFrom(start) };
          },
        },
        { ALT: () => this.SUBRULE(this.alteration) },
        {
          ALT: () => {
            const start = this.CONSUME(t.Drop);
            const { name, ifExists } = this.SUBRULE(this.droppedCollection);
            return { kind: 'dropCollection', name, ifExists, span: this.spanFrom(start) };
          },
        },
        { ALT: () => this.SUBRULE(this.dataMigration) },
      ]),
  );

  readonly dataMigration: Rule<ast.DataMigrationNode> = this.RULE<() => ast.DataMigrationNode>(
    'dataMigration',
    () => {
      const assignments: ast.AssignmentNode[] = [];
      const start = this.CONSUME(t.Migrate);
      this.CONSUME(t.Data);
      this.CONSUME(t.In);
      const collection = this.SUBRULE(this.name);
      this.CONSUME(t.BraceOpen);
      this.MANY(() => {
        assignments.push(this.SUBRULE(this.assignment));
      });
      this.CONSUME(t.BraceClose);
      return { kind: 'migrateData', collection, assignments, span: this.spanFrom(start) };
    },
  );

  readonly assignment: Rule<ast.AssignmentNode> = this.RULE<() => ast.AssignmentNode>(
    'assignment',
    () => {
      const start = this.CONSUME(t.Assign);
      const path = this.SUBRULE(this.path);
      this.CONSUME(t.Equals);
      const expression = this.SUBRULE(this.expression);
      let where: ast.ObjectNode | undefined;
      this.OPTION(() => {
        this.CONSUME(t.Where);
        where = this.SUBRULE(this.object);
      });
      return { path, expression, where, span: this.spanFrom(start) };
    },
  );
}
