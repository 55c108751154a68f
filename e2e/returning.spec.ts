/** Coming back: after a reload, a restart, a crash. Nothing is lost and nothing is there twice. */
import { expectNoBarriers } from './support/axe';
import { text } from './support/files';
import { expect, test } from './support/test';

test('a reload shows the same conversation, each message once', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.enters('lobby');
  await mike.enters('lobby');
  await anna.says('before');
  await mike.sees('before');

  await mike.reloads();
  await mike.enters('lobby');
  await mike.sees('before', { from: 'anna' });
  await anna.says('after');
  await mike.sees('after', { from: 'anna' });
  expect(await mike.messages()).toEqual(['before', 'after']);
});

test('a restart of the server is noticed, survived and forgotten', async ({ guest, server }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.enters('lobby');
  await mike.enters('lobby');
  await anna.says('before');
  await mike.sees('before');

  await server.stop();
  await anna.seesConnectionLost();
  await mike.seesConnectionLost();
  await server.startAgain();
  await anna.isOnline();
  await mike.isOnline();

  await mike.says('after');
  await anna.sees('after', { from: 'mike' });
  expect(await anna.messages()).toEqual(['before', 'after']);
  expect(await mike.messages()).toEqual(['before', 'after']);
});

test('what is written while the server is away is delivered once', async ({ guest, server }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.enters('lobby');
  await mike.enters('lobby');
  await anna.says('before');
  await mike.sees('before');

  await server.stop();
  await anna.seesConnectionLost();
  // Who has not noticed yet that the server is away looks as if it were there.
  await mike.seesConnectionLost();
  await anna.writes('written offline, one');
  await anna.writes('written offline, two');
  await server.startAgain();

  await mike.isOnline();
  await mike.sees('written offline, two', { from: 'anna' });
  const said = ['before', 'written offline, one', 'written offline, two'];
  expect(await mike.messages()).toEqual(said);
  await anna.isOnline();
  await anna.hasEverythingDelivered();
  expect(await anna.messages()).toEqual(said);

  await mike.reloads();
  await mike.enters('lobby');
  await mike.sees('written offline, two');
  expect(await mike.messages()).toEqual(said);
});

test('a message whose file did not arrive says so and is tried again', async ({ guest, server }) => {
  const anna = await guest('anna');
  await anna.files.hasSlowUploads();
  await anna.files.chooses([text('plan.txt', 300_000)]);
  await anna.writes('The plan.');
  await expect(anna.message('The plan.').getByRole('progressbar')).toBeVisible();
  await server.kill();
  await expect(anna.message('The plan.').getByText('Not sent.')).toBeVisible();
  await anna.files.hasFastUploads();
  await server.startAgain();
  await anna.isOnline();
  await anna.message('The plan.').getByRole('button', { name: 'Try again' }).click();
  await expect(anna.files.file('plan.txt')).toBeVisible();
  await anna.hasEverythingDelivered();
});

test('two tabs stay in step: what is said, done and read in one is so in the other', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.makesRoom('Elsewhere');
  const tab = await anna.opensSecondTab();
  await tab.enters('Elsewhere');
  await mike.enters('lobby');
  await mike.says('Good morning.');
  await anna.seesUnread('lobby', 1);
  await tab.seesUnread('lobby', 1);
  await tab.enters('lobby');
  await anna.seesNothingUnread('lobby');
  await tab.says('Good morning, mike.');
  await anna.enters('lobby');
  await anna.sees('Good morning, mike.', { from: 'anna' });
  await anna.reactsTo('Good morning.', '👍');
  await expect(tab.reaction('Good morning.', '👍, anna')).toBeVisible();
});

test('a tab that was left open is told when the app has become another one', async ({ guest, server }) => {
  const anna = await guest('anna');
  await anna.enters('lobby');
  const banner = anna.page.getByText('A new version of Confab is here.');
  await server.stop();
  await anna.seesConnectionLost();
  await server.startAgain();
  await anna.isOnline();
  await anna.says('Still the same.');
  await expect(banner).toHaveCount(0);

  await anna.page.route(/:\d+\/$/, async (route) => {
    const answer = await route.fetch();
    const page = await answer.text();
    await route.fulfill({ response: answer, body: page.replaceAll(/-[0-9a-f]{16}\b/g, '-0000000000000000') });
  });
  await server.stop();
  await anna.seesConnectionLost();
  await server.startAgain();
  await anna.isOnline();
  await expect(banner).toBeVisible();
  await expectNoBarriers(anna.page);
  await anna.page.unrouteAll();
  await anna.button('Reload').click();
  await anna.sees('Still the same.');
  await expect(banner).toHaveCount(0);
});

test('a crash in the middle of a conversation loses nothing that was acknowledged', async ({ guest, server }) => {
  const anna = await guest('anna');
  await anna.enters('lobby');
  const said = Array.from({ length: 10 }, (_, index) => `message ${index + 1}`);
  for (const text of said) await anna.says(text);
  await anna.hasEverythingDelivered();

  await server.kill();
  await anna.seesConnectionLost();
  await server.startAgain();
  await anna.isOnline();
  expect(await anna.messages()).toEqual(said);

  const mike = await guest('mike');
  await mike.enters('lobby');
  await mike.sees('message 10', { from: 'anna' });
  expect(await mike.messages()).toEqual(said);
});
