import { useCallback, useEffect, useMemo, useState } from 'react';
import type { DatabaseInfo, SavedQueryList } from '#contract';
import type { Command } from '../../app/commands/command.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import type { QueryTabState } from '../../app/tabs/query-tab-props.ts';
import { activeTab } from '../../app/tabs/tab-commands.ts';
import { changeTab } from '../../app/tabs/tab-journal.ts';
import type { TabStore } from '../../app/tabs/tab-store.ts';
import type { Client } from '../../client/client.ts';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useTopic } from '../../client/use-topic.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { NameDialog } from './name-dialog.tsx';
import { proposedName, queryName } from './saved-tree.ts';

export interface SavedQueryCommandsProps {
  readonly database: DatabaseInfo;
  readonly store: TabStore;
}

type Question =
  | { readonly kind: 'name'; readonly tab: QueryTabState }
  /** The file is not as it was when the tab took it. */
  | {
      readonly kind: 'changed';
      readonly tab: QueryTabState;
      readonly path: string;
      readonly theirs: string;
    }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Saving the tab in front, and keeping tabs that were not changed here in step with their files. */
export function SavedQueryCommands({ database, store }: SavedQueryCommandsProps) {
  const client = useClient();
  const state = useTopic('savedQueries', { database: database.database });
  const list = state.status === 'current' || state.status === 'stale' ? state.value : undefined;
  const [question, setQuestion] = useState<Question>();
  const close = useCallback(() => setQuestion(undefined), []);
  const giveFocusBack = useFocusReturn(question !== undefined);
  const over = { isOpen: true, onClose: close, giveFocusBack };

  const write = useCallback(
    async (tab: QueryTabState, path: string, overwrite: boolean) => {
      const { text } = tab;
      await client.call('savedQueries.save', {
        database: database.database,
        path,
        text,
        overwrite,
      });
      const change = { savedPath: path, cleanText: text, title: queryName(path) };
      store.update((before) => changeTab(before, tab.id, change));
    },
    [client, database, store],
  );
  const save = useCallback(
    async (tab: QueryTabState) => {
      const path = tab.savedPath;
      if (path === undefined) {
        setQuestion({ kind: 'name', tab });
        return;
      }
      try {
        const theirs = await textOnDisk(client, database.database, path);
        const isOurs = theirs === undefined || theirs === tab.cleanText || theirs === tab.text;
        if (isOurs) await write(tab, path, true);
        else setQuestion({ kind: 'changed', tab, path, theirs });
      } catch (error) {
        setQuestion({ kind: 'failed', error });
      }
    },
    [client, database, write],
  );

  const commands = useMemo((): readonly Command[] => {
    // A tab that shows a collection has no text; there the same keys are for its edits.
    const isEnabled = () => {
      const tab = activeTab(store);
      return tab !== undefined && tab.collection === undefined;
    };
    const withTab = (act: (tab: QueryTabState) => void) => () => {
      const tab = activeTab(store);
      if (tab !== undefined) act(tab);
    };
    return [
      {
        id: 'query.save',
        title: 'Save query',
        group: 'Query',
        keys: ['Mod+S'],
        keywords: ['file', 'aql'],
        isEnabled,
        run: withTab((tab) => void save(tab)),
      },
      {
        id: 'query.saveAs',
        title: 'Save query as…',
        group: 'Query',
        keys: ['Mod+Shift+S'],
        isEnabled,
        run: withTab((tab) => setQuestion({ kind: 'name', tab })),
      },
    ];
  }, [store, save]);
  useCommands(commands);
  useEffect(() => {
    if (list !== undefined) void followFiles(client, database, store, list);
  }, [client, database, store, list]);

  switch (question?.kind) {
    case undefined:
      return null;
    case 'name':
      return (
        <NameDialog
          title="Save query"
          act="Save"
          first={question.tab.savedPath ?? proposedName(question.tab.title)}
          folder={list?.folder ?? `${database.path}.queries`}
          canReplace
          onName={(path, overwrite) => write(question.tab, path, overwrite)}
          onClose={close}
          giveFocusBack={giveFocusBack}
        />
      );
    case 'changed':
      return (
        <Dialog {...over} title={`${question.path} was changed elsewhere`}>
          <p>The file is not as it was when this tab took it. Saving would undo that change.</p>
          <div className="saved-acts">
            <Button autoFocus onClick={close}>
              Cancel
            </Button>
            <Button
              onClick={() => {
                const { tab, theirs } = question;
                store.update((before) =>
                  changeTab(before, tab.id, { text: theirs, cleanText: theirs }),
                );
                close();
              }}
            >
              Take the file
            </Button>
            <Button
              look="danger"
              onClick={() => {
                write(question.tab, question.path, true).then(close, (error: unknown) =>
                  setQuestion({ kind: 'failed', error }),
                );
              }}
            >
              Replace the file
            </Button>
          </div>
        </Dialog>
      );
    case 'failed':
      return (
        <Dialog {...over} title="The query was not saved">
          <ErrorNote {...errorText(question.error)} />
        </Dialog>
      );
  }
}

/** Tabs whose text is as it was on disk take over what another program wrote there. */
async function followFiles(
  client: Client,
  database: DatabaseInfo,
  store: TabStore,
  list: SavedQueryList,
): Promise<void> {
  const there = new Set(list.queries.map(({ path }) => path));
  for (const { id, savedPath } of store.journal().tabs) {
    if (savedPath === undefined || !there.has(savedPath)) continue;
    const text = await textOnDisk(client, database.database, savedPath).catch(() => undefined);
    if (text === undefined) continue;
    store.update((before) => {
      const tab = before.tabs.find((other) => other.id === id);
      const isClean = tab !== undefined && tab.text === tab.cleanText && tab.text !== text;
      return isClean ? changeTab(before, id, { text, cleanText: text }) : before;
    });
  }
}

/** The text of a saved query; `undefined` when there is none of this name. */
async function textOnDisk(
  client: Client,
  database: string,
  path: string,
): Promise<string | undefined> {
  try {
    return (await client.call('savedQueries.read', { database, path })).text;
  } catch (error) {
    if (errorText(error).code === 'FileNotFound') return undefined;
    throw error;
  }
}
