import { useEffect, useEffectEvent, useMemo, useSyncExternalStore } from 'react';
import type { TopicEvent, TopicName, TopicParams } from '#contract';
import { useClient } from './client-context.tsx';
import type { TopicFeed, TopicState } from './topic-feed.ts';

/** The state of a topic, current. Parameters are compared by their text, so they may be written inline. */
export function useTopic<T extends TopicName>(
  topic: T,
  params: TopicParams<T>,
): TopicState<TopicEvent<T>> {
  const feed = useFeed(topic, params);
  const listen = useMemo(() => (listener: () => void) => feed.listen(() => listener()), [feed]);
  return useSyncExternalStore(listen, () => feed.state());
}

/** Calls `onEvent` for each event of a topic while mounted; for topics that tell events and not a state. */
export function useTopicEvents<T extends TopicName>(
  topic: T,
  params: TopicParams<T>,
  onEvent: (event: TopicEvent<T>) => void,
): void {
  const feed = useFeed(topic, params);
  const takeEvent = useEffectEvent(onEvent);
  useEffect(
    () =>
      feed.listen((event) => {
        if (event !== undefined) takeEvent(event);
      }),
    [feed],
  );
}

function useFeed<T extends TopicName>(topic: T, params: TopicParams<T>): TopicFeed<TopicEvent<T>> {
  const client = useClient();
  return client.feed(topic, params);
}
