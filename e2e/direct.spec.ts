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
