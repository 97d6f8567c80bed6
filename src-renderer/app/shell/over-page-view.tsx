import { lazy, Suspense } from 'react';
import type { DatabaseInfo } from '#contract';
import { HealthPage } from '../../features/health/health-page.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { type NewTab, openTab } from '../tabs/tab-journal.ts';
import type { TabStore } from '../tabs/tab-store.ts';
import type { OverPageState } from './use-over-page.ts';

const AuditPage = lazy(async () => {
  const module = await import('../../features/audit/audit-page.tsx');
  return { default: module.AuditPage };
});
const JobsPage = lazy(async () => {
  const module = await import('../../features/jobs/jobs-page.tsx');
  return { default: module.JobsPage };
});
const MigrationsPage = lazy(async () => {
  const module = await import('../../features/migrations/migrations-page.tsx');
  return { default: module.MigrationsPage };
});
const MonitorPage = lazy(async () => {
  const module = await import('../../features/monitor/monitor-page.tsx');
  return { default: module.MonitorPage };
});
const SchemaPage = lazy(async () => {
  const module = await import('../../features/schema/schema-page.tsx');
  return { default: module.SchemaPage };
});

/** The page about the whole database that lies over the tabs, if one does. */
export function OverPageView(props: {
  readonly database: DatabaseInfo;
  readonly store: TabStore;
  readonly over: OverPageState;
}) {
  return (
    <Suspense fallback={<ProgressBar label="Loading the page" isActive />}>
      <ChosenPage {...props} />
    </Suspense>
  );
}

function ChosenPage({ database, store, over }: Parameters<typeof OverPageView>[0]) {
  const given = { database, onClose: over.close };
  const open = (tab: NewTab) => store.update((before) => openTab(before, tab));
  switch (over.page) {
    case undefined:
      return null;
    case 'audit':
      return (
        <AuditPage
          {...given}
          onOpenText={(text) => open({ text })}
          onOpenCollection={(collection, id) => open(documentsTab(collection, id))}
        />
      );
    case 'health':
      return <HealthPage {...given} />;
    case 'jobs':
      return <JobsPage {...given} />;
    case 'migrations':
      return <MigrationsPage {...given} />;
    case 'monitor':
      return <MonitorPage {...given} onOpenText={(text) => open({ text })} />;
    case 'schema':
      return <SchemaPage {...given} />;
  }
}

/** A tab with the documents of a collection, or with one of them. */
function documentsTab(collection: string, id: string | undefined): NewTab {
  const tab = { title: collection, text: '', collection };
  return id === undefined ? tab : { ...tab, where: `{ id: { eq: ${JSON.stringify(id)} } }` };
}
