/**
 * Whether a page can be used by everybody: axe finds nothing, at any severity, by WCAG 2.2 A and AA and by what axe
 * calls best practice.
 */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Fails with a readable list where axe finds something on the page as it is now. */
export async function expectNoBarriers(page: Page): Promise<void> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const found = violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id} (${violation.impact}): ${node.target.join(' ')}\n${node.failureSummary}`),
  );
  expect(found.join('\n\n')).toBe('');
}

/** Fails where the page scrolls sideways, which on a phone means that something is cut off. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, 'pixels that the page is wider than the window').toBeLessThanOrEqual(0);
}
