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
