/** Keeping order: in a room by who has the say there, on the server by who administers it. */
import type { Locator } from '@playwright/test';
import { expectNoBarriers, expectNoSidewaysScroll } from './support/axe';
import type { Person } from './support/person';
import { shoot } from './support/shots';
import { expect, test } from './support/test';

const PASSWORD = 'correct horse battery staple';

/** Opens what there is to know of a member, and to do about him. */
async function looksAt(person: Person, name: string): Promise<Locator> {
  await person.members().getByRole('button', { name: `About ${name}` }).click();
  const about = person.page.getByRole('dialog', { name });
  await expect(about).toBeVisible();
  return about;
}

test('who is silenced is told so and cannot write, until it is lifted', async ({ guest }) => {
  const anna = await guest('anna');
  const ben = await guest('ben');
  await anna.makesRoom('Gardeners');
  await ben.joinsFromDirectory('Gardeners');
  await anna.seesMembers();
  const about = await looksAt(anna, 'ben');
  await about.getByLabel('Why').fill('too loud');
  await about.getByRole('button', { name: 'Silence' }).click();
  await expect(about).toHaveCount(0);
  await expect(ben.page.getByText('You may read here and say nothing.')).toContainText('too loud');

  await anna.page.getByRole('button', { name: 'Bans and silences' }).click();
  await anna.page.getByRole('button', { name: 'Lift: ben' }).click();
  await expect(anna.page.getByText('Nobody is banned or silenced here.')).toBeVisible();
  await anna.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await ben.says('Sorry.');
  await anna.sees('Sorry.');
});

test('who is banned is out, and cannot come back', async ({ guest }) => {
  const anna = await guest('anna');
  const ben = await guest('ben');
  await anna.makesRoom('Gardeners');
  await ben.joinsFromDirectory('Gardeners');
  await anna.seesMembers();
  const about = await looksAt(anna, 'ben');
  await about.getByRole('button', { name: 'Ban', exact: true }).click();
  await expect(ben.page.getByText(/You are banned from #?Gardeners/)).toBeVisible();
  await ben.opensDirectory();
  await ben.page.getByRole('button', { name: 'Join #Gardeners' }).click();
  await expect(ben.page.getByText(/you are banned from this room/i)).toBeVisible();
});

test('a reported message reaches who administers the server, who deals with it', async ({ guest }) => {
  // The first account of a server administers it.
  const anna = await guest('anna');
  await anna.claimsName(PASSWORD);
  const ben = await guest('ben');
  await anna.enters('lobby');
  await ben.enters('lobby');
  await ben.says('Buy my watches');
  const cleo = await guest('cleo');
  await cleo.enters('lobby');
  await (await cleo.pointsAt('Buy my watches')).getByRole('button', { name: 'Report' }).click();
  const dialog = cleo.page.getByRole('dialog', { name: 'Report this message' });
  await dialog.getByLabel('What is wrong with it').fill('advertising');
  await dialog.getByRole('button', { name: 'Send the report' }).click();
  await expect(dialog).toHaveCount(0);

  await anna.reloads();
  const account = await anna.opensAccount();
  await account.getByRole('link', { name: 'Administration' }).click();
  const reports = anna.settings('Reports');
  await expect(reports.getByText('Buy my watches')).toBeVisible();
  await expect(reports.getByText('advertising')).toBeVisible();
  await expectNoBarriers(anna.page);
  await reports.getByRole('button', { name: 'Dealt with' }).click();
  await expect(reports.getByText(/Dealt with by anna/)).toBeVisible();

  await anna.page.getByLabel('Username to keep out').fill('ben');
  await anna.page.getByRole('button', { name: 'Keep out' }).click();
  await ben.isSignedOut();
  await expect(anna.settings('Kept out of the server').getByText('ben')).toBeVisible();
  await expect(anna.settings('What was done').getByRole('listitem')).not.toHaveCount(0);

  await anna.page.getByLabel('What to keep out').selectOption({ label: 'an address or a network' });
  await anna.page.getByLabel('Network to keep out').fill('not a network');
  await anna.page.getByRole('button', { name: 'Keep out' }).click();
  await expect(anna.page.getByLabel('Network to keep out')).toHaveAccessibleDescription(/network/i);
  await anna.page.getByLabel('Network to keep out').fill('203.0.113.0/24');
  await anna.page.getByLabel('For how long').selectOption({ label: 'a day' });
  await anna.page.getByRole('button', { name: 'Keep out' }).click();
  const network = anna.settings('Kept out of the server').getByRole('listitem').filter({ hasText: '203.0.113.0/24' });
  await expect(network).toContainText('Valid until');
  await network.getByRole('button', { name: 'Lift: 203.0.113.0/24' }).click();
  await expect(network).toHaveCount(0);
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`keeping order can be done by everybody, ${theme}, ${width}`, async ({ guest }) => {
      const anna = await guest('anna', { theme, width, still: true });
      await anna.claimsName(PASSWORD);
      await guest('ben');
      await anna.enters('lobby');
      await anna.reloads();
      await anna.isSignedIn();
      await anna.seesMembers();
      await looksAt(anna, 'ben');
      await expectNoBarriers(anna.page);
      await shoot(anna.page, `order-${theme}-${width}`);
      await anna.page.keyboard.press('Escape');
      await anna.opens('/admin');
      await expect(anna.page.getByRole('heading', { name: 'Administration' })).toBeVisible();
      await expectNoBarriers(anna.page);
      await expectNoSidewaysScroll(anna.page);
      await shoot(anna.page, `admin-${theme}-${width}`);
    });
  }
}
