/** What is fetched only when it is opened: it may fail to come. */
import { expectNoBarriers } from './support/axe';
import { Person } from './support/person';
import { expect, test } from './support/test';

test('a part of the app that cannot be loaded says so, and comes with the next load', async ({ browser, server }) => {
  // Without the service worker, which keeps the parts for a visit without network.
  const context = await browser.newContext({ baseURL: server.url, serviceWorkers: 'block' });
  const anna = new Person('anna', await context.newPage());
  const page = anna.page;
  await page.route('**/split_rest*.wasm', (route) => route.abort());
  await anna.opens('/');
  await anna.signsIn();
  await page.getByRole('link', { name: 'Browse rooms' }).click();
  await expect(page.getByRole('alert')).toHaveText(/^This could not be loaded\./);
  await expectNoBarriers(page);

  await page.unrouteAll();
  await page.getByRole('button', { name: 'Load the page again' }).click();
  await expect(page.getByRole('heading', { name: 'Browse rooms' })).toBeVisible();
  await expect(page.getByText('This could not be loaded.')).toHaveCount(0);
  await context.close();
});
