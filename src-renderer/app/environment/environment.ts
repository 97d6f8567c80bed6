import { useCallback } from 'react';
import {
  type DatabaseInfo,
  decodeEnvironment,
  type Environment,
  environmentSetting,
} from '#contract';
import { useTopicEvents } from '../../client/use-topic.ts';
import { useSetting, useSettings } from '../settings/settings-context.tsx';

export const environments: readonly {
  readonly id: Environment;
  readonly title: string;
  /** As it stands in the title bar. */
  readonly short: string;
}[] = [
  { id: 'development', title: 'Development', short: 'DEV' },
  { id: 'staging', title: 'Staging', short: 'STAGING' },
  { id: 'production', title: 'Production', short: 'PRODUCTION' },
];

/** The mark of the database at a path, and the function that changes it. Without a mark it is development. */
export function useEnvironment(path: string): [Environment, (environment: Environment) => void] {
  const settings = useSettings();
  const [saved, save] = useSetting(environmentSetting(path));
  const set = useCallback(
    (environment: Environment) => {
      save(environment);
      // The host guards by it, and must know of it before the next run.
      void settings.flush();
    },
    [save, settings],
  );
  return [decodeEnvironment(saved), set];
}

/** Takes the mark that another window gives a database, as long as it is shown. */
export function useSharedEnvironment({ database, path }: DatabaseInfo): void {
  const settings = useSettings();
  useTopicEvents('environment', { database }, ({ environment }) => {
    settings.adopt(environmentSetting(path), environment);
  });
}
