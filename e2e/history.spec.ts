/** Long conversations: what was said before comes in page by page. */
import { expect, test } from './support/test';

test('scrolling up brings in what was said before, in order and without gaps', async ({ guest, postman }) => {
  const mike = await postman('mike');
  const said = Array.from({ length: 150 }, (_, index) => `line ${index + 1}`);
  for (const text of said) mike.says('#lobby', text);

  const anna = await guest('anna');
  await anna.enters('lobby');
  await anna.sees('line 150', { from: 'mike' });
  await anna.scrollsToBeginning();
  expect(await anna.messages()).toEqual(said);
});

test('what arrives does not move what is being read', async ({ guest, postman }) => {
  const mike = await postman('mike');
  for (let line = 1; line <= 80; line += 1) mike.says('#lobby', `line ${line}`);
  const anna = await guest('anna');
  await anna.enters('lobby');
  await anna.sees('line 80');

  await anna.scrollsBackTo('line 60');
  const before = await anna.placeOf('line 60');
  for (let line = 81; line <= 85; line += 1) mike.says('#lobby', `line ${line}`);
  await anna.seesUnread('lobby', 5);
  expect(await anna.placeOf('line 60')).toBeCloseTo(before, 0);

  await anna.jumpsToNewest();
  await expect(anna.message('line 85')).toBeInViewport();
  await anna.seesNothingUnread('lobby');
});
