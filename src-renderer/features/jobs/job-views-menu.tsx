import { useSetting } from '../../app/settings/settings-context.tsx';
import { withNamed, withoutNamed } from '../../ui/named-list.ts';
import { SavedMenu } from '../../ui/saved-menu.tsx';
import {
  type ChosenJobs,
  chosenText,
  decodeJobViews,
  encodeJobViews,
  isSameChoice,
} from './job-views.ts';

/** Searches of the jobs of a database that were saved under names. */
export function JobViewsMenu(props: {
  readonly path: string;
  readonly chosen: ChosenJobs;
  readonly onChoose: (chosen: ChosenJobs) => void;
}) {
  const { path, chosen, onChoose } = props;
  const [saved, save] = useSetting(`job-views:${path}`);
  const views = decodeJobViews(saved);
  return (
    <SavedMenu
      label="Saved views of jobs"
      title="Save this view of the jobs"
      description="The search and the filters beside it."
      saved={views.map((view) => ({
        name: view.name,
        detail: chosenText(view.chosen),
        isShown: isSameChoice(view.chosen, chosen),
      }))}
      onShow={(name) => {
        const view = views.find((each) => each.name === name);
        if (view !== undefined) onChoose(view.chosen);
      }}
      onSave={(name) => save(encodeJobViews(withNamed(views, { name, chosen })))}
      onRemove={(name) => save(encodeJobViews(withoutNamed(views, name)))}
    />
  );
}
