/* Live queries: which views they follow, and how they begin anew when the schema changes. */
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { executeStatement } from '../exec/execute-statement.ts';
import { schemaRootValue } from '../exec/schema-root.ts';
import { limits } from '../limits.ts';
import type { EndableStream } from './event-stream.ts';
import type { LiveRequest } from './follow-request.ts';
import { LiveConsumer } from './live-consumer.ts';
import type { EngineDocuments, Follower, LiveHub } from './live-hub.ts';
import {
  type FollowedPart,
  followConstant,
  followDocuments,
  followRerun,
  followTotals,
} from './live-result.ts';
import { onlyStatement } from './only-statement.ts';
import { isSampledCollection, type LivePlan, type LiveRoot, planLive } from './plan-live.ts';
import { type RerunResult, RerunView } from './rerun-view.ts';
import { RowTracker } from './row-tracker.ts';
import { WatcherFacts } from './watcher-facts.ts';

/** @throws AuroraError for a text that is wrong or no query, and for variables that do not fit */
export function openLiveQuery(
  hub: LiveHub,
  request: LiveRequest,
  engineDocuments: EngineDocuments,
): EndableStream<unknown> {
  const { text, variables, debounceMs = 0 } = request;
  checkDebounce(debounceMs);
  let entries: readonly CollectionEntry[] = [];
  const open = (consumer: LiveConsumer): readonly FollowedPart[] => {
    const plan = planLive(onlyStatement(hub, request), variables);
    entries = [...plan.collections].flatMap((name) => hub.pipeline.catalog.collection(name) ?? []);
    return openPlan(plan, { hub, request, engineDocuments, consumer });
  };
  const { collections } = planLive(onlyStatement(hub, request), variables);
  const consumer = new LiveConsumer({
    open,
    lsn: () => hub.lsn,
    debounceMs,
    facts: new WatcherFacts({
      id: hub.newId(),
      query: text,
      collection: [...collections].join(', '),
      startedMs: hub.clock.now(),
    }),
    onEnded: () => hub.ended(follower),
  });
  const follower: Follower = {
    facts: consumer.facts,
    entries: () => entries,
    redefined: () => {
      consumer.facts.explain('the schema has changed');
      consumer.restart();
    },
  };
  hub.began(follower);
  try {
    consumer.start();
  } catch (error) {
    consumer.stream.close();
    throw error;
  }
  return consumer.stream;
}

/** @throws AuroraError `InvalidOption` */
export function checkDebounce(debounceMs: number): void {
  if (debounceMs >= 0 && debounceMs <= limits.liveDebounceMsMax) return;
  throw new AuroraError(
    'InvalidOption',
    `"debounceMs" takes a number from 0 to ${limits.liveDebounceMsMax}, not ${debounceMs}.`,
    { details: { option: 'debounceMs', value: debounceMs } },
  );
}

interface OpeningParts {
  readonly hub: LiveHub;
  readonly request: LiveRequest;
  readonly engineDocuments: EngineDocuments;
  readonly consumer: LiveConsumer;
}

function openPlan(plan: LivePlan, parts: OpeningParts): readonly FollowedPart[] {
  if (plan.kind === 'rerun') return [openRerun(plan, parts)];
  const opened: FollowedPart[] = [];
  try {
    for (const root of plan.roots) opened.push(openRoot(root, plan, parts));
  } catch (error) {
    for (const part of opened) part.end();
    throw error;
  }
  return opened;
}

function openRoot(
  live: LiveRoot,
  { variables }: LivePlan,
  { hub, consumer }: OpeningParts,
): FollowedPart {
  const { root } = live;
  if (live.kind === 'schema') {
    const environment = hub.operations.environment(AbortSignal.timeout(limits.transactionMs));
    return followConstant(root.responseKey, schemaRootValue(live.root, environment, variables));
  }
  const { facts, stream } = consumer;
  const wake = () => hub.wakeSoon(consumer);
  const read = { entry: hub.collection(live.root.collection), read: live.root, variables };
  const events = {
    onRerun: () => {
      facts.reran();
      facts.explain('rows left the window faster than others came after them');
    },
    onFailed: (error: unknown) => stream.finish(error),
  };
  if (live.kind === 'totals') {
    const { view, end } = hub.views.followTotals(read, live.parts, events);
    return endingWith(followTotals(root.responseKey, view, wake), end);
  }
  const { view, end } = hub.views.followRows(read, events);
  const tracker = new RowTracker(view, wake);
  return endingWith(followDocuments(root.responseKey, live.root.selection, tracker), end);
}

function openRerun(
  { reason, collections }: Extract<LivePlan, { kind: 'rerun' }>,
  { hub, request, engineDocuments, consumer }: OpeningParts,
): FollowedPart {
  const { facts, stream } = consumer;
  facts.explain(reason);
  const isSampled = [...collections].some(isSampledCollection);
  const view = new RerunView({
    run: () => runAgain(hub, request, engineDocuments),
    sampleMs: isSampled ? limits.liveSampleMs : undefined,
    onRerun: () => facts.reran(),
    onFailed: (error) => stream.finish(error),
  });
  hub.reruns.set(view, collections);
  const part = followRerun(view, () => hub.wakeSoon(consumer));
  void view.load();
  return endingWith(part, () => {
    hub.reruns.delete(view);
    view.end();
  });
}

async function runAgain(
  hub: LiveHub,
  request: LiveRequest,
  engineDocuments: EngineDocuments,
): Promise<RerunResult> {
  const bound = onlyStatement(hub, request);
  return hub.operations.run(undefined, async (environment) => {
    let lsn = 0;
    const noted = <S extends { readonly sequence: number }>(snapshot: S): S => {
      lsn = snapshot.sequence;
      return snapshot;
    };
    const noting = {
      ...environment,
      engineDocuments,
      snapshot: () => noted(environment.snapshot()),
      settledSnapshot: async () => noted(await environment.settledSnapshot()),
    };
    const { data } = await executeStatement(noting, bound, request.variables);
    return { lsn, data };
  });
}

function endingWith(part: FollowedPart, end: () => void): FollowedPart {
  return {
    get isCurrent() {
      return part.isCurrent;
    },
    get lsn() {
      return part.lsn;
    },
    begin: (data) => part.begin(data),
    take: () => part.take(),
    end: () => {
      part.end();
      end();
    },
  };
}
