/** The app speaks the reader's language: the browser's, or the one chosen. */
import { expect, test } from './support/test';

test('a reader whose browser speaks German is spoken to in German, and may choose English', async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, locale: 'de-AT' });
  const page = await context.newPage();
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Bei Confab anmelden' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');

  await page.getByRole('textbox', { name: 'Benutzername' }).fill('zwei Wörter');
  await page.getByRole('button', { name: 'Loschatten' }).click();
  await expect(page.getByText('Ein Benutzername hat keine Leerzeichen')).toBeVisible();
  await page.getByRole('textbox', { name: 'Benutzername' }).fill('anna');
  await page.getByRole('button', { name: 'Loschatten' }).click();
  await expect(page.getByRole('heading', { name: 'Räume', exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Konto: anna' }).click();
  await page.getByRole('link', { name: 'Alle Einstellungen' }).click();
  await page.getByRole('combobox', { name: 'Sprache' }).selectOption({ label: 'English' });
  await expect(page.getByRole('heading', { name: 'Rooms', exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Rooms', exact: true })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await context.close();
});
