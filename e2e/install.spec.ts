/** The app as a thing one installs: its manifest, its icons, and what there is without a network. */
import { expect, test } from './support/test';

test('the manifest names icons that are there, one of them maskable', async ({ page, server }) => {
  await page.goto(server.url);
  const href = await page.locator('link[rel=manifest]').getAttribute('href');
  const answer = await page.request.get(server.url + href);
  expect(answer.headers()['content-type']).toContain('manifest+json');
  const manifest = await answer.json();
  expect(manifest.icons.map((icon: { purpose?: string }) => icon.purpose)).toContain('maskable');
  for (const icon of manifest.icons) {
    const image = await page.request.get(server.url + icon.src);
    expect(image.headers()['content-type'], icon.src).toBe('image/png');
    expect(image.headers()['cache-control'], icon.src).toBe('no-cache');
  }
});

test('without a network the app is still painted, and says what is wrong', async ({ guest, server }) => {
  const anna = await guest('anna');
  await anna.page.evaluate(() => navigator.serviceWorker.ready);
  await expect
    .poll(() => anna.page.evaluate(async () => (await (await caches.open('confab-shell')).keys()).length))
    .toBeGreaterThan(2);
  await server.stop();
  await anna.page.reload();
  await expect(anna.page.getByRole('heading', { name: 'Confab cannot be reached' })).toBeVisible();
  const kept = await anna.page.evaluate(async () => {
    const keys = await (await caches.open('confab-shell')).keys();
    return keys.map(({ url }) => new URL(url).pathname);
  });
  expect(kept.filter((path) => path.startsWith('/api') || path.startsWith('/docs'))).toEqual([]);
});
