/** What is on the screen before the program has arrived. */
import { expect, test } from './support/test';

for (const [who, known] of [
  ['a newcomer sees the mark', false],
  ['who was here before sees the frame of the chat', true],
] as const) {
  test(`before the program has arrived ${who}`, async ({ page, server }) => {
    await page.route('**/*.wasm', () => {});
    if (known) await page.addInitScript(() => localStorage.setItem('confab.known', 'true'));
    await page.goto(server.url, { waitUntil: 'commit' });
    await expect(page.getByText('Confab', { exact: true })).toBeVisible({ visible: !known });
    const painted = () => page.evaluate(() => performance.getEntriesByName('first-paint').length);
    await expect.poll(painted).toBe(1);
  });
}

test('a part that cannot be fetched is said, and the page can be loaded again', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.page.route('**/split_rest*.wasm', (route) => route.abort());
  await anna.page.reload();
  await anna.isSignedIn();
  await anna.opensAccount();
  await expect(anna.page.getByRole('alert').filter({ hasText: 'could not be loaded' })).toBeVisible();
  await anna.page.unroute('**/split_rest*.wasm');
  await anna.page.getByRole('button', { name: 'Load the page again' }).click();
  await anna.isSignedIn();
  await expect((await anna.opensAccount()).getByRole('link', { name: 'All settings' })).toBeVisible();
});
