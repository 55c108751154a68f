/**
 * Pictures of the app, in `e2e/shots/` (not committed): to look at, and for the documentation.
 */
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';

/** Takes a picture of what the window shows, as `shots/<name>.png`. */
export async function shoot(page: Page, name: string): Promise<void> {
  const path = fileURLToPath(new URL(`../shots/${name}.png`, import.meta.url));
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
}
