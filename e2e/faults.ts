import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** The rules whose answer depends on the theme. */
const rulesOfColour = ['color-contrast', 'link-in-text-block'];

interface FaultOptions {
  /** Asks for nothing but what another theme may change, which takes half the time. */
  readonly isOfColourAlone?: boolean;
  /** Looks at this part of the page only. */
  readonly within?: string;
}

/** What axe finds against WCAG 2 A and AA. */
export async function faultsOf(
  page: Page,
  { isOfColourAlone = false, within }: FaultOptions = {},
): Promise<readonly string[]> {
  // Monaco's own tree is Monaco's; everything around it is ours.
  // Legacy mode looks at this document alone, without a second page to gather those of frames, which there are none of.
  // Only what is wrong is collected in full: naming every node that is right takes longer than looking at it.
  const builder = new AxeBuilder({ page })
    .options({ resultTypes: ['violations'] })
    .setLegacyMode(true)
    .exclude('.monaco-editor');
  if (within !== undefined) builder.include(within);
  if (isOfColourAlone) builder.withRules(rulesOfColour);
  else builder.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']);
  const { violations } = await builder.analyze();
  return violations.flatMap((violation) =>
    violation.nodes.map(
      (node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`,
    ),
  );
}
