/** Two and more people in public rooms. */
import { expect, test } from './support/test';

test('two people talk in the lobby and both see the same', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.enters('lobby');
  await mike.enters('lobby');

  await anna.says('Hello, is anybody here?');
  await mike.sees('Hello, is anybody here?', { from: 'anna' });
  await mike.says('I am.');
  await anna.sees('I am.', { from: 'mike' });
  await anna.says('Good to know.');

  await mike.sees('Good to know.', { from: 'anna' });
  const said = ['Hello, is anybody here?', 'I am.', 'Good to know.'];
  expect(await anna.messages()).toEqual(said);
  expect(await mike.messages()).toEqual(said);
});

test('who is in the room is listed, and who writes is seen writing', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.enters('lobby');
  await mike.enters('lobby');
  await anna.seesOnline('mike');
  await mike.seesOnline('anna');

  await mike.startsWriting('Let me think');
  await anna.seesTyping('mike');
  await mike.says('Done.');
  await anna.seesNobodyTyping();

  await mike.goes();
  await anna.seesNoLongerOnline('mike');
});

test('a new room is made, found in the directory, joined and left again', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.makesRoom('Gardeners');
  await anna.says('The roses are out.');

  await mike.joinsFromDirectory('Gardeners');
  await mike.sees('The roses are out.', { from: 'anna' });
  await mike.leavesRoom('Gardeners');
  await expect(mike.conversation('Gardeners')).toHaveCount(0);
});

test('what is said elsewhere is counted until it is read', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await mike.enters('lobby');
  await mike.makesRoom('Elsewhere');
  await anna.enters('lobby');
  await anna.says('one');
  await anna.says('two');

  await mike.seesUnread('lobby', 2);
  await mike.enters('lobby');
  await mike.sees('two');
  await mike.seesNothingUnread('lobby');
});

test('markup in a message stays text', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.enters('lobby');
  await mike.enters('lobby');

  const markup = '<img src=x onerror="document.title=\'broken\'"> <b>bold</b>';
  await anna.says(markup);
  await mike.sees(markup);
  await expect(mike.page).not.toHaveTitle('broken');
});
