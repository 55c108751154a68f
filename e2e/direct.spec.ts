/** Messages from one person to another. */
import { expect, test } from './support/test';

test('a direct message arrives at once, and so does the answer', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');

  await anna.writesTo('mike');
  await anna.says('Lunch at one?');
  await mike.seesUnread('anna', 1);
  await mike.enters('anna');
  await mike.sees('Lunch at one?', { from: 'anna' });
  await mike.says('Gladly.');
  await anna.sees('Gladly.', { from: 'mike' });
});

test('one sees that the other has read it', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.writesTo('mike');
  await anna.says('Lunch at one?');
  await expect(anna.log().getByText('Seen', { exact: true })).toHaveCount(0);
  await mike.enters('anna');
  await mike.sees('Lunch at one?');
  await expect(anna.log().getByText('Seen', { exact: true })).toBeVisible();
});

test('a direct conversation is muted and heard again', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await mike.writesTo('anna');
  await mike.says('Lunch at one?');
  await anna.enters('mike');
  await anna.button('Mute').click();
  await expect(anna.conversation('mike')).toHaveAccessibleName('mike, online, muted');
  await anna.button('Mute').click();
  await expect(anna.conversation('mike')).toHaveAccessibleName('mike, online');
});

test('a direct message to somebody who is away waits for him', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.writesTo('mike');
  await anna.says('Call me when you are back.');
  await anna.says('It is about Saturday.');

  const mike = await guest('mike');
  await mike.isIn('anna');
  await mike.sees('It is about Saturday.', { from: 'anna' });
  expect(await mike.messages()).toEqual(['Call me when you are back.', 'It is about Saturday.']);
});
