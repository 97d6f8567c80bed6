import { latePart } from '../../ui/late-part.tsx';

/* What stands in the tabs; the first screen does without. */

export const lateQueryTab = latePart(
  async () => (await import('../../features/query/query-tab.tsx')).QueryTab,
);

export const lateDataTab = latePart(
  async () => (await import('../../features/data/data-tab.tsx')).DataTab,
);
