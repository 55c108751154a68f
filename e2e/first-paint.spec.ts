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
