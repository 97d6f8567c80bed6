import { unreachable } from '../base/assert.ts';
import type { ExecEnvironment } from './environment.ts';
import type { ExecutableSchemaChange } from './executable.ts';

/**
 * Makes the changes of a schema block, in order, each a commit of its own; stops at the first error.
 * Gives one sentence for each change.
 */
export async function runSchema(
  environment: ExecEnvironment,
  changes: readonly ExecutableSchemaChange[],
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
      default:
        unreachable(change);
    }
  }
  return messages;
}
