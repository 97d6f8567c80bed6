import { FileUp } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { useImport } from './import-context.ts';

/** Opens the wizard for a collection, with words or as an icon; nothing where nothing can be imported. */
export function ImportButton(props: {
  readonly collection: string;
  readonly look?: 'icon' | 'words';
}) {
  const { collection, look = 'icon' } = props;
  const openImport = useImport();
  if (openImport === undefined) return null;
  const open = () => openImport({ collection });
  if (look === 'words') return <Button onClick={open}>Import a file</Button>;
  return (
    <IconButton label={`Import into ${collection}`} icon={<FileUp size={16} />} onClick={open} />
  );
}
