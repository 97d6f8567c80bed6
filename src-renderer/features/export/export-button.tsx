import { FileDown } from 'lucide-react';
import { type Ref, useImperativeHandle, useState } from 'react';
import type { DatabaseId } from '#contract';
import type { Command } from '../../app/commands/command.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ExportDialog } from './export-dialog.tsx';
import type { ExportSource } from './export-form.ts';

/** For those who open the export from elsewhere. */
export interface ExportHandle {
  readonly open: () => void;
}

/** Opens the export of what is looked at; by a command too, in the one tab that has the person's attention. */
export function ExportButton(props: {
  readonly database: DatabaseId;
  readonly title: string;
  readonly isActive: boolean;
  readonly handle?: Ref<ExportHandle>;
  /** Asked when the dialog opens. */
  readonly sourcesNow: () => readonly ExportSource[];
}) {
  const { database, title, isActive, sourcesNow } = props;
  const [sources, setSources] = useState<readonly ExportSource[]>();
  // What is selected when it opens is what is exported.
  const open = () => setSources(sourcesNow());
  useImperativeHandle(props.handle, () => ({ open }));
  const commands: readonly Command[] = [
    {
      ...{ id: 'data.export', title: 'Export what is shown', group: 'Data' },
      ...{ keywords: ['download', 'csv', 'json', 'ndjson', 'save'], run: open },
    },
  ];
  useCommands(isActive ? commands : noCommands);
  return (
    <>
      <IconButton label="Export" icon={<FileDown size={16} />} onClick={open} />
      <ExportDialog
        {...{ database, title }}
        isOpen={sources !== undefined}
        sources={sources ?? []}
        onClose={() => setSources(undefined)}
      />
    </>
  );
}

const noCommands: readonly Command[] = [];
