/** What becomes of a message after it was said: answers, emoji, edits, deletion; with the mouse and without one. */
import { expectNoBarriers } from './support/axe';
import { shoot } from './support/shots';
import { expect, test } from './support/test';

test('an answer quotes what it answers and leads there', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.says('Who brings the cake?');
  await mike.sees('Who brings the cake?');
  await mike.repliesTo('Who brings the cake?', 'I do.');
  await anna.sees('I do.', { from: 'mike' });
  const quote = anna.message('I do.').getByRole('link', { name: 'anna Who brings the cake?' });
  await quote.click();
  await anna.isLedTo('Who brings the cake?');
});

test('emoji are put under a message, counted, and taken away again', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.says('It works!');
  await mike.sees('It works!');
  await mike.reactsTo('It works!', '👍');
  await expect(anna.reaction('It works!', '👍, mike')).toBeVisible();
  await anna.reaction('It works!', '👍, mike').click();
  await expect(mike.reaction('It works!', '👍, mike, anna')).toHaveAttribute('aria-pressed', 'true');
  await mike.reaction('It works!', '👍, mike, anna').click();
  await expect(anna.reaction('It works!', '👍, anna')).toBeVisible();

  await (await mike.pointsAt('It works!')).getByRole('button', { name: 'Add reaction' }).click();
  const panel = mike.page.getByRole('dialog', { name: 'Add reaction' });
  await panel.getByLabel('Search emoji').fill('tada');
  await expect(panel.getByText('🎉', { exact: true })).toBeVisible();
  await expectNoBarriers(mike.page);
  await panel.getByText('🎉', { exact: true }).click();
  await expect(anna.reaction('It works!', '🎉, mike')).toBeVisible();
});

test('an edited message says so and shows what it said before', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.says('We meet at noon.');
  await mike.sees('We meet at noon.');
  await anna.edits('We meet at noon.', 'We meet at one.');
  await mike.sees('We meet at one.', { from: 'anna' });

  await mike.message('We meet at one.').getByRole('button', { name: 'edited' }).click();
  const versions = mike.page.getByRole('dialog', { name: 'Earlier versions' });
  await expect(versions.getByText('We meet at noon.')).toBeVisible();
  await expectNoBarriers(mike.page);
});

test('the arrow up edits what was said last', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.says('A tpyo.');
  await anna.page.keyboard.press('ArrowUp');
  await anna.hasWritten('A tpyo.');
  await anna.page.keyboard.press('Escape');
  await anna.hasWritten('');
  await anna.page.keyboard.press('ArrowUp');
  await anna.page.keyboard.press('Control+a');
  await anna.page.keyboard.type('A typo.');
  await anna.page.keyboard.press('Enter');
  await anna.sees('A typo.');
  await expect(anna.message('A typo.').getByRole('button', { name: 'edited' })).toBeVisible();
});

test('an edit that the server refuses is not lost, and the reason is said', async ({ guest }) => {
  const mike = await guest('mike');
  const anna = await guest('anna');
  await mike.makesRoom('Kitchen');
  await anna.joinsFromDirectory('Kitchen');
  await anna.says('Soup at noon.');
  await mike.sees('Soup at noon.');
  await anna.beginsToEdit('Soup at noon.');
  await mike.deletes('Soup at noon.');
  await anna.sees('This message was deleted.', { from: 'anna' });
  await anna.writesRaw('Soup at noon, bread at one.');
  const kept = anna.log().getByRole('alert').filter({ hasText: 'Not changed.' });
  await expect(kept).toContainText('Soup at noon, bread at one.');
  await expectNoBarriers(anna.page);
  await kept.getByRole('button', { name: 'Discard' }).click();
  await expect(kept).toHaveCount(0);
});

test('an edit without a connection waits beside its message and is made again', async ({ guest, server }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.says('We meet at noon.');
  await mike.sees('We meet at noon.');
  await server.stop();
  await anna.seesConnectionLost();
  await anna.beginsToEdit('We meet at noon.');
  await anna.writesRaw('We meet at one.');
  const kept = anna.message('We meet at noon.').getByRole('alert');
  await expect(kept).toContainText('We meet at one.');

  await kept.getByRole('button', { name: 'Edit' }).click();
  await anna.hasWritten('We meet at one.');
  await anna.page.keyboard.press('Escape');
  await server.startAgain();
  await anna.isOnline();
  await mike.isOnline();
  await kept.getByRole('button', { name: 'Try again' }).click();
  await anna.sees('We meet at one.');
  await expect(anna.log().getByRole('alert')).toHaveCount(0);
  await mike.sees('We meet at one.', { from: 'anna' });
});

test('a deleted message leaves its place and nothing else', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.says('Forget this.');
  await mike.sees('Forget this.');
  await anna.deletes('Forget this.');
  await expect(mike.message('Forget this.')).toHaveCount(0);
  await mike.sees('This message was deleted.', { from: 'anna' });
});

test('everything that can be done with a message is there for a finger, on a phone', async ({ guest }) => {
  const anna = await guest('anna', { width: 360, height: 740, touch: true });
  const mike = await guest('mike');
  await anna.enters('lobby');
  await mike.says('Does it work by finger?');
  const bar = anna.message('Does it work by finger?').getByRole('toolbar', { name: 'Actions for this message' });
  await anna.message('Does it work by finger?').tap();
  await expect(bar).toBeInViewport({ ratio: 1 });
  await shoot(anna.page, 'touch-360');
  for (const button of await bar.getByRole('button').all()) {
    const { width, height } = (await button.boundingBox())!;
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
  }
  await bar.getByRole('button', { name: 'React with 👍' }).tap();
  await expect(mike.reaction('Does it work by finger?', '👍, anna')).toBeVisible();
  await bar.getByRole('button', { name: 'Reply' }).tap();
  await anna.writesRaw('It does.');
  await mike.sees('It does.', { from: 'anna' });
});

test('everything that can be done with a message takes no mouse', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await mike.says('first');
  await mike.says('second');
  await anna.sees('second');
  const { keyboard } = anna.page;
  await anna.log().focus();
  await keyboard.press('ArrowUp');
  await expect(anna.message('second')).toBeFocused();
  await keyboard.press('ArrowUp');
  await expect(anna.message('first')).toBeFocused();
  await expectNoBarriers(anna.page);
  // Past the link to who said it.
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await expect(anna.message('first').getByRole('button', { name: 'React with 👍' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(mike.reaction('first', '👍, anna')).toBeVisible();
  await keyboard.press('Escape');
  await keyboard.type('back to writing');
  await anna.hasWritten('back to writing');
});
