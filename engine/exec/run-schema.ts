import type { BoundSchemaChange } from '#engine/aql';
import { assert, unreachable } from '../base/assert.ts';
import { defineHandler, dropHandler } from './define-handler.ts';
import type { ExecEnvironment } from './environment.ts';
import type { ExecutableStatement } from './executable.ts';
import type { MigrationRunner } from './migration-runner.ts';

/**
 * Makes the changes of a schema block, in order, each a commit of its own; stops at the first error.
 * Gives one sentence for each change.
 */
export async function runSchema(
  environment: ExecEnvironment,
  changes: readonly BoundSchemaChange[],
): Promise<readonly string[]> {
  const messages: string[] = [];
  for (const change of changes) {
    switch (change.kind) {
      case 'defineCollection': {
        const { definition, ifNotExists } = change;
        const isNew = await environment.defineCollection(definition, { ifNotExists });
        messages.push(
          isNew
            ? `Defined collection "${definition.name}".`
            : `Collection "${definition.name}" is there already.`,
        );
        break;
      }
      case 'dropCollection': {
        const { collection, ifExists } = change;
        const wasThere = await environment.dropCollection(collection, { ifExists });
        messages.push(
          wasThere
            ? `Dropped collection "${collection}".`
            : `There was no collection "${collection}".`,
        );
        break;
      }
      case 'alterCollection':
        messages.push(...(await migrationsOf(environment).alter(environment, change)));
        break;
      case 'defineHandler':
        messages.push(await defineHandler(environment, change));
        break;
      case 'dropHandler':
        messages.push(await dropHandler(environment, change));
        break;
      default:
        unreachable(change);
    }
  }
  return messages;
}

/** Runs a schema or migrate block. Gives one sentence for each change or version. */
export async function runDefinitions(
  environment: ExecEnvironment,
  statement: Extract<ExecutableStatement, { kind: 'schema' | 'migration' }>,
): Promise<readonly string[]> {
  if (statement.kind === 'schema') return runSchema(environment, statement.changes);
  const { versions } = await migrationsOf(environment).run(environment, statement.versions);
  return versions.map(({ version, status, documentsChanged }) =>
    status === 'applied'
      ? `Applied version "${version}", which changed ${documentText(documentsChanged)}.`
      : `Version "${version}" was applied before.`,
  );
}

function documentText(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'document' : 'documents'}`;
}

export function migrationsOf({ migrations }: ExecEnvironment): MigrationRunner {
  assert(migrations !== undefined, 'a database has its migrations');
  return migrations;
}
