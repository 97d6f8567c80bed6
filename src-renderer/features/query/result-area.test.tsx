// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CollectionInfo, type DatabaseInfo, type ResultPart, WireError } from '#contract';
import { CommandProvider } from '../../app/commands/command-context.tsx';
import { CommandRegistry } from '../../app/commands/command-registry.ts';
import { SettingsProvider } from '../../app/settings/settings-context.tsx';
import { SettingsStore } from '../../app/settings/settings-store.ts';
import { TabStore } from '../../app/tabs/tab-store.ts';
import { DatabaseSession } from '../../app/workspace/database-session.ts';
import { type Workspace, WorkspaceProvider } from '../../app/workspace/workspace-context.tsx';
import { Client } from '../../client/client.ts';
import { ClientProvider } from '../../client/client-context.tsx';
import { TooltipProvider } from '../../ui/tooltip.tsx';
import { StagedStores } from '../editing/staged-stores.ts';
import { StepOrder } from '../editing/step-order.ts';
import { QueryRun, type RunSource } from './query-run.ts';
import { QueryToolbar, useRun } from './query-toolbar.tsx';
import { ResultArea, type ResultTab } from './result-area.tsx';
import type { RunProblem } from './run-problem.ts';

// There is no layout here: every element is as large as a window.
beforeAll(() => {
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { get: () => 900 });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { get: () => 590 });
});
afterEach(cleanup);

const emptyFilms: CollectionInfo = {
  name: 'films',
  open: false,
  documentCount: 0,
  fields: [],
  definedIndexes: [],
  indexes: [],
};
// Never started: nothing here is followed.
const client = new Client({ kind: 'browser', open: () => Promise.reject(new Error('no host')) });
const settings = new SettingsStore({ load: async () => ({}), save: async () => undefined });
const staged = new StagedStores(client, settings);
const workspace: Workspace = {
  databases: new DatabaseSession(client, settings),
  tabsOf: ({ path }) => new TabStore(settings, path, []),
  stagedOf: (opened, collection) => staged.of(opened, collection),
  stagedCounts: staged,
  steps: new StepOrder(),
};
const commands = new CommandRegistry();
const database: DatabaseInfo = {
  ...{ database: 'films', name: 'films', path: '/films', readOnly: false, isSample: false },
  connection: { state: 'owner' },
};
const text = 'query {\n  films(where: { year: { gt: 2000 } }) { title address }\n}';
const films = (titles: readonly string[], title = 'films'): readonly ResultPart[] => [
  {
    kind: 'head',
    head: {
      result: 0,
      statementKind: 'query',
      title,
      collection: 'films',
      plan: 'Scan',
      span: { start: 0, end: 10 },
      columns: [
        { name: 'title', path: 'title', nullable: true, type: { kind: 'scalar', name: 'String' } },
        {
          name: 'address',
          path: 'address',
          nullable: true,
          type: { kind: 'scalar', name: 'Object' },
        },
      ],
    },
  },
  {
    kind: 'rows',
    result: 0,
    batch: { rowCount: titles.length, columns: [titles, titles.map(() => ({ city: 'Rome' }))] },
  },
  {
    kind: 'summary',
    result: 0,
    summary: { rowCount: titles.length, rowsRead: 77, elapsedMs: 12, truncated: false },
  },
];

function sourceOf(parts: readonly ResultPart[]): RunSource {
  return async function* () {
    yield* parts;
  };
}

function Harness(props: {
  readonly queryRun: QueryRun;
  readonly onChoose?: (problem: RunProblem) => void;
  readonly collections?: readonly CollectionInfo[];
}) {
  const run = useRun(props.queryRun);
  const [tab, setTab] = useState<ResultTab>('grid');
  return (
    <ClientProvider value={client}>
      <SettingsProvider value={settings}>
        <CommandProvider value={commands}>
          <WorkspaceProvider value={workspace}>
            <TooltipProvider>
              <QueryToolbar
                run={run}
                onRun={() => void props.queryRun.start(text, 0)}
                onCancel={() => props.queryRun.cancel()}
                onExplain={() => undefined}
                onFormat={() => undefined}
                tabLeaves={false}
                hasVariables={false}
                onVariables={() => undefined}
                runKeys={['Ctrl', 'Enter']}
                explainKeys={['Alt', 'Shift', 'X']}
                formatKeys={['Shift', 'Alt', 'F']}
                variableKeys={['Alt', 'Shift', 'V']}
              />
              <ResultArea
                run={run}
                tab={tab}
                onTab={setTab}
                text={text}
                isTextAsRun
                problems={run.problems}
                onChooseProblem={(problem) => props.onChoose?.(problem)}
                collections={props.collections ?? []}
                runKeys="Ctrl Enter"
                database={database}
                isActive
                plan={null}
              />
            </TooltipProvider>
          </WorkspaceProvider>
        </CommandProvider>
      </SettingsProvider>
    </ClientProvider>
  );
}

const run = () => fireEvent.click(screen.getByRole('button', { name: 'Run' }));
const open = (name: string | RegExp) => {
  const tab = screen.getByRole('tab', { name });
  fireEvent.mouseDown(tab, { button: 0 });
  fireEvent.focus(tab);
};

describe('a query tab', () => {
  it('says what to do before the first run', () => {
    render(<Harness queryRun={new QueryRun(sourceOf([]))} />);
    expect(screen.getByText('Run a query to see rows here')).toBeTruthy();
  });

  it('shows rows, their number, the time and the plan', async () => {
    render(<Harness queryRun={new QueryRun(sourceOf(films(['Heat', 'Ronin'])))} />);
    run();
    await screen.findByRole('grid', { name: 'Rows of films' });
    expect(screen.getAllByRole('gridcell').map((cell) => cell.textContent)).toContain('Ronin');
    expect(screen.getByText('12 ms')).toBeTruthy();
    expect(screen.getAllByText('2 rows').length).toBe(2);
    expect(screen.getByText('Scan')).toBeTruthy();
  });

  it('says that the filter hides everything, and that the collection is empty, apart', async () => {
    const { rerender } = render(<Harness queryRun={new QueryRun(sourceOf(films([])))} />);
    run();
    expect(await screen.findByText('No rows match the filter')).toBeTruthy();
    expect(screen.getByText(/77 documents looked at/)).toBeTruthy();
    rerender(<Harness queryRun={new QueryRun(sourceOf(films([])))} collections={[emptyFilms]} />);
    run();
    expect(await screen.findByText('This collection has no documents yet')).toBeTruthy();
  });

  it('shows an error in place with its hint, and leads to its line', async () => {
    const chosen: RunProblem[] = [];
    const failing = new QueryRun(() => {
      throw new WireError({
        code: 'UnknownField',
        message: '"films" has no field "yaer".',
        hint: 'Did you mean "year"?',
        span: { start: 25, end: 29 },
      });
    });
    render(<Harness queryRun={failing} onChoose={(problem) => chosen.push(problem)} />);
    run();
    expect((await screen.findByRole('alert')).textContent).toContain('Did you mean "year"?');
    fireEvent.click(screen.getByRole('button', { name: 'Go to line 2' }));
    open(/Problems/);
    const list = screen.getByRole('list', { name: 'Problems' });
    expect(list.textContent).toContain('Ln 2, Col 18');
    fireEvent.click(within(list).getByRole('button'));
    expect(chosen.map((problem) => problem.span?.start)).toEqual([25, 25]);
  });

  it('cancels from the toolbar, and says so', async () => {
    const endless = new QueryRun(async function* (_text, signal) {
      yield* films(['Heat']).slice(0, 1);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      yield* films(['Late']).slice(1);
    });
    render(<Harness queryRun={endless} />);
    const cancel = screen.getByRole<HTMLButtonElement>('button', { name: 'Cancel' });
    expect(cancel.disabled).toBe(true);
    run();
    await screen.findByRole('progressbar').catch(() => undefined);
    expect(cancel.disabled).toBe(false);
    fireEvent.click(cancel);
    expect(await screen.findByText('Cancelled before the first row was there')).toBeTruthy();
    expect(screen.queryByText('Late')).toBeNull();
  });

  it('shows the documents as a tree that opens and closes by keyboard', async () => {
    render(<Harness queryRun={new QueryRun(sourceOf(films(['Heat', 'Ronin'])))} />);
    run();
    await screen.findByRole('grid');
    open('JSON');
    const tree = screen.getByRole('tree', { name: 'Documents of films' });
    const items = () => screen.getAllByRole('treeitem').length;
    expect(items()).toBe(6);
    const active = () =>
      document.getElementById(tree.getAttribute('aria-activedescendant') ?? '')?.textContent;
    fireEvent.keyDown(tree, { key: 'ArrowDown' });
    fireEvent.keyDown(tree, { key: 'ArrowDown' });
    expect(active()).toContain('address');
    fireEvent.keyDown(tree, { key: 'ArrowRight' });
    expect(items()).toBe(7);
    fireEvent.keyDown(tree, { key: 'ArrowRight' });
    expect(active()).toBe('city"Rome"');
    fireEvent.keyDown(tree, { key: 'ArrowLeft' });
    fireEvent.keyDown(tree, { key: 'ArrowLeft' });
    expect(items()).toBe(6);
  });

  it('shows the rows as JSON text', async () => {
    render(<Harness queryRun={new QueryRun(sourceOf(films(['Heat'])))} />);
    run();
    await screen.findByRole('grid');
    open('Raw');
    const raw = screen.getByRole('region', { name: 'JSON text of films' });
    expect(JSON.parse(raw.textContent ?? '')).toEqual([
      { title: 'Heat', address: { city: 'Rome' } },
    ]);
  });
});
