/** The settings: what the app looks like, how one is told of messages, and where one is signed in. */
import { expectNoBarriers, expectNoSidewaysScroll } from './support/axe';
import { shoot } from './support/shots';
import { expect, test } from './support/test';

test('a theme is there before anything is drawn, and stays', async ({ guest }) => {
  const anna = await guest('anna', { theme: 'light' });
  await anna.opensSettings();
  await anna.page.getByText('Dark', { exact: true }).click();
  await expect(anna.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await anna.page.reload({ waitUntil: 'commit' });
  await expect(anna.page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('messages that one does not look at are told by the system, where it may', async ({ guest, postman }) => {
  const anna = await guest('anna');
  await anna.page.context().grantPermissions(['notifications']);
  await anna.page.evaluate(() => {
    const told: string[] = [];
    class Told {
      static permission = 'granted';
      constructor(title: string, options: { body: string }) {
        told.push(`${title}: ${options.body}`);
      }
    }
    Object.assign(window, { Notification: Told, told });
  });
  await anna.opensSettings();
  await anna.page.getByRole('switch', { name: 'Desktop notifications' }).check();
  const mike = await postman('mike');
  mike.says('anna', 'Lunch at one?');
  await expect
    .poll(() => anna.page.evaluate(() => (window as unknown as { told: string[] }).told))
    .toEqual(['mike: Lunch at one?']);
});

test('the number in the title can be turned off', async ({ guest, postman }) => {
  const anna = await guest('anna');
  await anna.opensSettings();
  const mike = await postman('mike');
  mike.says('anna', 'Lunch at one?');
  await expect(anna.page).toHaveTitle('(1) Settings · Confab');
  await anna.page.getByRole('switch', { name: 'Number of unread messages in the title' }).uncheck();
  await expect(anna.page).toHaveTitle('Settings · Confab');
  await anna.reloads();
  await expect(anna.page).toHaveTitle('Settings · Confab');
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`the settings can be used by everybody, ${theme}, ${width}`, async ({ guest }) => {
      const anna = await guest('anna', { theme, width, still: true });
      await anna.opensSettings();
      await expectNoBarriers(anna.page);
      await expectNoSidewaysScroll(anna.page);
      await shoot(anna.page, `settings-${theme}-${width}`);
    });
  }
}
