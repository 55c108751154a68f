/** What is on the screen before the program has arrived, and what one can do there. */
import type { Page } from '@playwright/test';
import { expectNoBarriers } from './support/axe';
import { Person } from './support/person';
import { expect, test } from './support/test';

test('a newcomer types his name before the program has arrived, and is in when it has', async ({ page, server }) => {
  const arrives = await withoutProgram(page);
  await page.goto(server.url, { waitUntil: 'commit' });
  const anna = new Person('anna', page);
  await expect(page.getByRole('heading', { name: 'Sign in to Confab' })).toBeVisible();
  await expect(anna.username()).toBeFocused();
  await isPainted(page);
  await expectNoBarriers(page);
  await page.keyboard.type('anna');
  await page.keyboard.press('Enter');
  arrives();
  await anna.isSignedIn();
});

test('a name that was half typed before the program has arrived is still there then', async ({ page, server }) => {
  const arrives = await withoutProgram(page);
  await page.goto(server.url, { waitUntil: 'commit' });
  const anna = new Person('anna', page);
  await anna.username().fill('an');
  await anna.button('I have a password').click();
  arrives();
  await expect(anna.password()).toBeFocused();
  await expect(anna.username()).toHaveValue('an');
});

test('before the program has arrived who was here before sees the frame of the chat', async ({ page, server }) => {
  await page.route('**/*.wasm', () => {});
  await page.addInitScript(() => localStorage.setItem('confab.known', 'true'));
  await page.goto(server.url, { waitUntil: 'commit' });
  await expect(page.getByText('Confab', { exact: true }).first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Sign in to Confab' })).toBeHidden();
  await isPainted(page);
});

test('before the program has arrived the page speaks the language of its reader', async ({ browser, server }) => {
  const context = await browser.newContext({ locale: 'de-AT' });
  const page = await context.newPage();
  await page.route('**/*.wasm', () => {});
  await page.goto(server.url, { waitUntil: 'commit' });
  await expect(page.getByRole('heading', { name: 'Bei Confab anmelden' })).toBeVisible();
  await context.close();
});

test('a file that is dropped before the program has arrived does not take the page away', async ({ page, server }) => {
  await page.route('**/*.wasm', () => {});
  await page.goto(server.url, { waitUntil: 'domcontentloaded' });
  const kept = await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['hello'], 'hello.txt'));
    const move = (kind: string) => new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true });
    return ['dragover', 'drop'].map((kind) => !document.body.dispatchEvent(move(kind)));
  });
  expect(kept).toEqual([true, true]);
});

/** The browser has drawn something that one can read. */
async function isPainted(page: Page): Promise<void> {
  const painted = () => page.evaluate(() => performance.getEntriesByName('first-contentful-paint').length);
  await expect.poll(painted).toBe(1);
}

/** Keeps the program on its way until what this gives is called. */
async function withoutProgram(page: Page): Promise<() => void> {
  let arrives = () => {};
  const arrived = new Promise<void>((resolve) => (arrives = resolve));
  await page.route('**/*.wasm', async (route) => {
    await arrived;
    await route.continue();
  });
  return arrives;
}
