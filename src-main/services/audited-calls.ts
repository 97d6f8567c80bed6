import { auditCallers, type MethodName, type TopicName } from '#contract';
import { auditedAs } from '#engine';

/** What a person does on purpose; what is left is what pages read to show it. */
const acts: ReadonlySet<string> = new Set<MethodName>([
  'databases.open',
  'databases.openSample',
  'databases.close',
  'query.open',
  'query.explain',
  'edits.commit',
  'audit.keep',
  'exports.begin',
  'imports.begin',
  'maintenance.start',
  'jobs.order',
  'jobs.runWorkers',
  'migrations.order',
  'migrations.plan',
  'migrations.rollBack',
]);

/** Carries out what a page asks, so that audit logs tell a person's acts from the studio's own reading. */
export function audited<Value>(name: MethodName | TopicName, work: () => Value): Value {
  const caller = acts.has(name) ? auditCallers.person : auditCallers.page;
  return auditedAs(caller, work, { isOwner: true });
}
