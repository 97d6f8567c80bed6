import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';

/** Asks what becomes of the text that the Migrations editor holds, when the schema page writes another one. */
export function DraftQuestion(props: {
  /** Absent while there is nothing to ask. */
  readonly draft: string | undefined;
  readonly onReplace: () => void;
  readonly onAdd: () => void;
  readonly onClose: () => void;
}) {
  const { draft, onReplace, onAdd, onClose } = props;
  const giveFocusBack = useFocusReturn(draft !== undefined);
  return (
    <Dialog
      isOpen={draft !== undefined}
      onClose={onClose}
      giveFocusBack={giveFocusBack}
      title="The Migrations editor holds a text already"
      description="What is added to it is tried and applied together with it."
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard. */}
      <section className="schema-draft" aria-label="The text that is there" tabIndex={0}>
        <pre className="mono">{draft}</pre>
      </section>
      <div className="schema-draft-acts">
        <Button onClick={onClose}>Cancel</Button>
        <Button onClick={onAdd}>Add to it</Button>
        <Button look="primary" onClick={onReplace}>
          Replace it
        </Button>
      </div>
    </Dialog>
  );
}
