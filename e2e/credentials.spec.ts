/** What opens the door: the password, the browsers that are signed in, and tokens for programs. */
import { expectNoBarriers, expectNoSidewaysScroll } from './support/axe';
import { shoot } from './support/shots';
import { expect, test } from './support/test';

const PASSWORD = 'correct horse battery staple';
const BETTER = 'a rather longer thing to remember';

test('a changed password holds from then on, and signs out every other browser at once', async ({ guest, newcomer }) => {
  const anna = await guest('anna');
  await anna.claimsName(PASSWORD);
  const away = await newcomer('anna');
  await away.signsIn(PASSWORD);

  await anna.opensSettings();
  const account = anna.settings('Account');
  await account.getByLabel('Current password').fill('not the password');
  await account.getByLabel('New password').fill(BETTER);
  await account.getByRole('button', { name: 'Change password' }).click();
  await expect(account.getByRole('alert')).toContainText(/password/i);
  await account.getByLabel('Current password').fill(PASSWORD);
  await account.getByLabel('New password').fill('short');
  await account.getByRole('button', { name: 'Change password' }).click();
  await expect(account.getByText('at least 8 characters')).toBeVisible();
  await account.getByLabel('New password').fill(BETTER);
  await account.getByRole('button', { name: 'Change password' }).click();
  await expect(anna.page.getByText('Your password is changed.')).toBeVisible();

  await away.isSignedOut();
  await away.triesToSignIn('anna', PASSWORD);
  await away.isRefused(/password/i);
  await away.triesToSignIn('anna', BETTER);
  await away.isSignedIn();
});

test('a browser that one does not know is signed out from another, at once', async ({ guest, newcomer }) => {
  const anna = await guest('anna');
  await anna.claimsName(PASSWORD);
  const away = await newcomer('anna');
  await away.signsIn(PASSWORD);

  await anna.opensSettings();
  const sessions = anna.settings('Signed in at').getByRole('listitem');
  await expect(sessions).toHaveCount(2);
  await expect(sessions.filter({ hasText: 'this browser' })).toHaveCount(1);
  await sessions.getByRole('button', { name: /^Sign out there: / }).click();
  await away.isSignedOut();
  await expect(sessions).toHaveCount(1);
  await anna.seesList();
});

test('a token speaks for its account until it is revoked', async ({ guest, request, server }) => {
  const anna = await guest('anna');
  await anna.opensSettings();
  const tokens = anna.settings('API tokens');
  await expect(tokens.getByText('Tokens are for accounts.')).toBeVisible();
  await anna.claimsName(PASSWORD);

  await tokens.getByLabel('What it is for').fill('backup script');
  await tokens.getByRole('button', { name: 'Make a token' }).click();
  const secret = await tokens.getByRole('status').getByRole('code').innerText();
  const mail = () => request.get(`${server.url}/messages/anna`, { headers: { authorization: `Bearer ${secret}` } });
  expect((await mail()).status()).toBe(200);
  expect((await request.get(`${server.url}/messages/anna`)).status()).toBe(401);

  await anna.reloads();
  await expect(anna.page.getByText(secret)).toHaveCount(0);
  await tokens.getByRole('button', { name: 'Revoke backup script' }).click();
  await expect(tokens.getByRole('listitem')).toHaveCount(0);
  expect((await mail()).status()).toBe(401);
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`an account's settings can be used by everybody, ${theme}, ${width}`, async ({ guest }) => {
      const anna = await guest('anna', { theme, width, still: true });
      await anna.claimsName(PASSWORD);
      await anna.opensSettings();
      const tokens = anna.settings('API tokens');
      await tokens.getByLabel('What it is for').fill('backup script');
      await tokens.getByRole('button', { name: 'Make a token' }).click();
      await expect(tokens.getByRole('listitem')).toHaveCount(1);
      await expectNoBarriers(anna.page);
      await expectNoSidewaysScroll(anna.page);
      await shoot(anna.page, `tokens-${theme}-${width}`);
    });
  }
}
