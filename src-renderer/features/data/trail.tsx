import { ChevronRight } from 'lucide-react';
import type { TabPlace } from '../../app/tabs/query-tab-props.ts';
import { Button } from '../../ui/button.tsx';

/** Where a tab was before references were followed; each place leads back there. */
export function Trail(props: {
  readonly places: readonly TabPlace[];
  readonly here: TabPlace;
  readonly onGo: (place: TabPlace, trail: readonly TabPlace[]) => void;
}) {
  const { places, here, onGo } = props;
  return (
    <nav aria-label="The way here">
      <ol className="data-trail">
        {places.map((place, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same place may stand on the way twice.
          <li key={at}>
            <Button
              look="quiet"
              title={place.where}
              onClick={() => onGo(place, places.slice(0, at))}
            >
              {place.collection}
            </Button>
            <ChevronRight size={12} aria-hidden />
          </li>
        ))}
        <li aria-current="page">{here.collection}</li>
      </ol>
    </nav>
  );
}
