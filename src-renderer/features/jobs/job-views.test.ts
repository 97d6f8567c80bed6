import { describe, expect, it } from 'vitest';
import { withNamed, withoutNamed } from '../../ui/named-list.ts';
import {
  chosenText,
  decodeJobViews,
  encodeJobViews,
  isSameChoice,
  type JobView,
  nothingChosen,
} from './job-views.ts';

const stuck: JobView = {
  name: 'stuck',
  chosen: { ...nothingChosen, state: 'Running', text: 'attempts: { gt: 1 }' },
};
const mail: JobView = {
  name: 'mail',
  chosen: { ...nothingChosen, type: 'mail', error: 'timeout' },
};

describe('saved views of jobs', () => {
  it('come back as they were saved, by name', () => {
    const views = withNamed(withNamed([], stuck), mail);
    const kept = decodeJobViews(JSON.parse(JSON.stringify(encodeJobViews(views))));
    expect(kept).toEqual([mail, stuck]);
    expect(withoutNamed(kept, 'mail')).toEqual([stuck]);
  });

  it('take the place of those of their name', () => {
    const other = { name: 'mail', chosen: stuck.chosen };
    expect(withNamed([mail], other)).toEqual([other]);
  });

  it('leave out what is none', () => {
    const odd = [1, null, 'x', { text: 'no name' }, { name: 'n', state: 'Nowhere', type: 7 }];
    expect(decodeJobViews(odd)).toEqual([{ name: 'n', chosen: nothingChosen }]);
    expect(decodeJobViews('none')).toEqual([]);
  });

  it('say what they show', () => {
    expect(chosenText(stuck.chosen)).toBe('state: Running, attempts: { gt: 1 }');
    expect(isSameChoice(stuck.chosen, { ...stuck.chosen })).toBe(true);
    expect(isSameChoice(stuck.chosen, mail.chosen)).toBe(false);
  });
});
