/** Finding one's way: search, quick switcher, shortcuts, who somebody is, what one wants to be told of. */
import { expectNoBarriers, expectNoSidewaysScroll } from './support/axe';
import { shoot } from './support/shots';
import { expect, test } from './support/test';

test('a search finds what was said and leads there', async ({ guest, postman }) => {
  const mike = await postman('mike');
  mike.says('#lobby', 'the northern lights were green');
  for (let line = 1; line <= 120; line += 1) mike.says('#lobby', `line ${line}`);
  await mike.hasBeenHeard();
  const anna = await guest('anna');
  await anna.sees('line 120');
  const search = await anna.searchesFor('northern light');
  const hit = search.getByRole('link', { name: /the northern lights were green/ });
  await expect(hit).toBeVisible();
  await expectNoBarriers(anna.page);
  await shoot(anna.page, 'search');
  await hit.click();
  await anna.isLedTo('the northern lights were green');

  await anna.searchesFor('nowhere to be found');
  await expect(search.getByText('Nothing was found.')).toBeVisible();
});

test('a search is narrowed to a room, to a person and to days', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await mike.says('blue roses');
  await anna.sees('blue roses');
  await anna.says('red roses');
  await anna.makesRoom('Gardeners');
  await anna.says('white roses');

  const search = await anna.searchesFor('roses');
  const hits = search.getByRole('listitem');
  const finds = async (found: RegExp[]) => {
    await search.getByRole('button', { name: 'Search', exact: true }).click();
    await expect(hits).toHaveText(found);
  };
  await expect(hits).toHaveText([/white roses/, /red roses/, /blue roses/]);
  await search.getByLabel('Where').selectOption({ label: '#Gardeners' });
  await finds([/white roses/]);
  await search.getByLabel('Where').selectOption({ label: 'Everywhere' });
  await search.getByLabel('From').fill('@Mike');
  await finds([/blue roses/]);
  await search.getByLabel('From').fill('two words');
  await search.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(search.getByLabel('From')).toHaveAccessibleDescription(/space/);

  await search.getByLabel('From').fill('');
  await search.getByLabel('Since').fill(day(-2));
  await search.getByLabel('Until').fill(day(2));
  await finds([/white roses/, /red roses/, /blue roses/]);
  await search.getByLabel('Until').fill(day(-2));
  await search.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(search.getByText('Nothing was found.')).toBeVisible();
});

/** A day as a date field takes it, so many days from today. */
function day(from: number): string {
  return new Date(Date.now() + from * 24 * 3_600_000).toISOString().slice(0, 10);
}

test('the quick switcher leads to rooms and people by a few letters', async ({ guest }) => {
  const anna = await guest('anna');
  await guest('mike');
  await anna.makesRoom('Gardeners');
  await anna.switchesTo('lob', '#lobby');
  await anna.switchesTo('gar', '#Gardeners');
  await anna.switchesTo('mike', 'mike');
});

test('every shortcut is listed', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.log().focus();
  await anna.page.keyboard.press('?');
  const shortcuts = anna.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(shortcuts.getByText('Ctrl/⌘ K')).toBeVisible();
  await expectNoBarriers(anna.page);
  await expectNoSidewaysScroll(anna.page);
});

test('who somebody is can be looked up among the members', async ({ guest }) => {
  const anna = await guest('anna');
  await guest('mike');
  await anna.enters('lobby');
  await anna.seesMembers();
  await anna.page.getByRole('button', { name: 'About mike' }).click();
  const profile = anna.page.getByRole('dialog', { name: 'mike' });
  await expect(profile.getByText('Guest')).toBeVisible();
  await expectNoBarriers(anna.page);
  await profile.getByRole('link', { name: 'Write to mike' }).click();
  await anna.isIn('mike');
});

test('who is named in a message sees it in the list, and a muted room stays quiet', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.makesRoom('Elsewhere');
  await mike.says('@anna, are you there?');
  await expect(anna.conversation('lobby')).toHaveAccessibleName('#lobby, 1 mention, 1 unread');
  await anna.enters('lobby');
  await anna.seesNothingUnread('lobby');

  await anna.seesMembers();
  await anna.page.getByLabel('Tell me of').selectOption('nothing');
  await expect(anna.conversation('lobby')).toHaveAccessibleName('#lobby, muted');
});

test('a room’s owner says what it is about, and everybody sees it', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.makesRoom('Gardeners');
  await mike.joinsFromDirectory('Gardeners');
  await anna.seesMembers();
  await anna.page.getByLabel('Topic of this room').fill('Roses and other plants');
  await anna.page.getByRole('button', { name: 'Change topic' }).click();
  await expect(mike.page.getByRole('main').getByText('Roses and other plants')).toBeVisible();
});

test('a room that is not there cannot be joined', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.opens('/room/4711');
  await expect(anna.page.getByText('There is no such conversation, or it is not open to you.')).toBeVisible();
  await expect(anna.page.getByRole('button', { name: /^Join/ })).toHaveCount(0);
});
