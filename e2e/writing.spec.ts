/** What helps one to write, and what becomes of it: markdown, names, emoji, drafts. */
import { expectNoBarriers } from './support/axe';
import { Line } from './support/line';
import { expect, test } from './support/test';

test('markdown is drawn, and nothing in it becomes markup', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.writesRaw('**bold** and *italic*, `code` and https://example.org/a_b_c.');
  const message = mike.log().getByRole('article').last();
  await expect(message.locator('strong')).toHaveText('bold');
  await expect(message.locator('em')).toHaveText('italic');
  await expect(message.locator('code')).toHaveText('code');
  const link = message.getByRole('link', { name: 'https://example.org/a_b_c' });
  await expect(link).toHaveAttribute('rel', 'noopener noreferrer');

  await anna.writesRaw('```rust\nlet answer = 42; // <b>\n```');
  await expect(mike.log().locator('pre')).toHaveText('let answer = 42; // <b>');
  await expect(mike.log().locator('pre .code-keyword')).toHaveText('let');

  await anna.writesRaw('> somebody said\n\n- one\n- two\n\n[bad](javascript:alert(1))');
  await expect(mike.log().locator('blockquote')).toHaveText('somebody said');
  await expect(mike.log().getByRole('listitem')).toHaveText(['one', 'two']);
  await expect(mike.log().getByRole('link', { name: 'bad' })).toHaveCount(0);
});

test('people and rooms are completed while one writes', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await mike.enters('lobby');
  await anna.enters('lobby');
  await anna.seesOnline('mike');
  await anna.startsWriting('hello @mi');
  await expect(anna.proposals()).toHaveText(['@mike']);
  await anna.page.keyboard.press('Enter');
  await anna.startsWriting('see #lob');
  await expect(anna.proposals()).toHaveText(['#lobby']);
  await anna.page.keyboard.press('Tab');
  await anna.hasWritten('hello @mike see #lobby ');
  await anna.page.keyboard.press('Enter');
  await mike.sees('hello @mike see #lobby', { from: 'anna' });
});

test('a room that is named in a message leads there; what only looks like one does not', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.makesRoom('Elsewhere');
  await anna.writesRaw('All of this is for #lobby, not for #nowhere.');
  await expect(anna.log().getByRole('link', { name: '#nowhere' })).toHaveCount(0);
  await anna.log().getByRole('link', { name: '#lobby' }).click();
  await anna.isIn('lobby');
});

test('the time of a message is told to the second by pointing at it', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.says('Now.');
  await expect(anna.log().getByRole('separator', { name: 'Today' })).toBeVisible();
  await expect(anna.message('Now.').locator('time').first()).toHaveAttribute('title', /\d\d:\d\d:\d\d/);
});

test('an emoji is written by its name, completed or picked', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.enters('lobby');
  await anna.startsWriting('party :tad');
  await expect(anna.proposals().first()).toContainText('🎉');
  await anna.page.keyboard.press('Enter');
  await anna.startsWriting('and :tada:');
  await anna.page.keyboard.press('Enter');
  await anna.sees('party 🎉 and 🎉');

  await anna.picksEmoji('thumbs', '👍');
  await anna.hasWritten('👍 ');
});

test('a draft stays in its room, survives a reload and is the same in every tab', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.makesRoom('Elsewhere');
  await anna.startsWriting('half a thought');
  await anna.enters('lobby');
  await anna.hasWritten('');
  await anna.enters('Elsewhere');
  await anna.hasWritten('half a thought');
  await anna.reloads();
  await anna.hasWritten('half a thought');

  const tab = await anna.opensSecondTab();
  await tab.enters('Elsewhere');
  await tab.hasWritten('half a thought');
  await tab.startsWriting(', finished');
  await anna.hasWritten('half a thought, finished');
});

test('Shift and Enter begin a new line', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.enters('lobby');
  await anna.startsWriting('one');
  await anna.page.keyboard.press('Shift+Enter');
  await anna.startsWriting('two');
  await anna.page.keyboard.press('Enter');
  await anna.sees(/^one\s+two$/);
});

test('what the server refuses stays with the reason, and is tried again', async ({ guest, newcomer }) => {
  const anna = await newcomer('anna');
  const line = await Line.of(anna.page);
  await anna.signsIn();
  const mike = await guest('mike');
  await mike.makesRoom('Gardeners');
  await anna.joinsFromDirectory('Gardeners');
  await mike.seesMembers();
  await mike.seesOnline('anna');

  // She is silenced while what she said is on its way.
  line.holds();
  await anna.writes('Roses are dull.');
  await mike.members().getByRole('button', { name: 'About anna' }).click();
  const about = mike.page.getByRole('dialog', { name: 'anna' });
  await about.getByLabel('Why').fill('no insults');
  await about.getByRole('button', { name: 'Silence' }).click();
  await expect(about).toHaveCount(0);
  await expect(anna.page.getByText('You may read here and say nothing.')).toBeVisible();
  line.letsGo();
  const refused = anna.message('Roses are dull.').getByRole('alert');
  await expect(refused).toContainText(/^Not sent\. .*no insults/);
  await expectNoBarriers(anna.page);
  await refused.getByRole('button', { name: 'Try again' }).click();
  await expect(refused).toContainText('Not sent.');
  await mike.doesNotSee('Roses are dull.');

  await mike.button('Bans and silences').click();
  await mike.button('Lift: anna').click();
  await expect(anna.composer()).toBeVisible();
  await refused.getByRole('button', { name: 'Try again' }).click();
  await expect(refused).toHaveCount(0);
  await mike.sees('Roses are dull.', { from: 'anna' });
});
