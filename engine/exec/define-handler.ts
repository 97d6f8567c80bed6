/* `define handler` and `drop handler`: what the catalog keeps of mutations that changes of documents call. */
import type { BoundSchemaChange } from '#engine/aql';
import type { HandlerRecord } from '../catalog/handler-record.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { ExecEnvironment } from './environment.ts';

type Definition = Extract<BoundSchemaChange, { kind: 'defineHandler' }>;
type Drop = Extract<BoundSchemaChange, { kind: 'dropHandler' }>;

/** @throws AuroraError `DuplicateName`, `LimitExceeded` */
export async function defineHandler(
  environment: ExecEnvironment,
  { name, trigger, actionText, span }: Definition,
): Promise<string> {
  const { event, collection } = trigger;
  const record: HandlerRecord = {
    id: environment.newId(),
    name,
    event,
    collection,
    action: actionText,
    createdAtMs: environment.clock.now(),
  };
  await changeHandlers(environment, (present) => {
    if (present.some((each) => each.name === name)) {
      throw new AuroraError('DuplicateName', `There is a handler "${name}" already.`, {
        span,
        details: { handler: name },
        hint: `Drop it first: drop handler "${name}".`,
      });
    }
    if (present.length >= limits.handlersMax) {
      throw new AuroraError('LimitExceeded', `There are ${limits.handlersMax} handlers already.`, {
        span,
        hint: 'Drop one that is not needed.',
      });
    }
    return [...present, record];
  });
  return `Defined handler "${name}" on ${event} of "${collection}".`;
}

/** @throws AuroraError `UnknownOperation` */
export async function dropHandler(
  environment: ExecEnvironment,
  { name, span }: Drop,
): Promise<string> {
  await changeHandlers(environment, (present) => {
    const others = present.filter((each) => each.name !== name);
    if (others.length < present.length) return others;
    throw new AuroraError('UnknownOperation', `There is no handler "${name}".`, { span });
  });
  return `Dropped handler "${name}".`;
}

function changeHandlers(
  environment: ExecEnvironment,
  handlers: (present: readonly HandlerRecord[]) => readonly HandlerRecord[],
): Promise<void> {
  return environment.rewriteCatalog({ drops: [], revisions: [], creates: [], handlers });
}
