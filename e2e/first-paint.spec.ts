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
