/** Long conversations: what was said before comes in page by page. */
import { expect, test } from './support/test';

test('scrolling up brings in what was said before, in order and without gaps', async ({ guest, postman }) => {
  const mike = await postman('mike');
  const said = Array.from({ length: 150 }, (_, index) => `line ${index + 1}`);
  for (const text of said) mike.says('#lobby', text);
  // Who enters while others still speak stands at the first of what is new to him; here all is said.
  await mike.hasBeenHeard();

  const anna = await guest('anna');
  await anna.enters('lobby');
  await anna.sees('line 150', { from: 'mike' });
  expect(await anna.readsFromTheBeginning()).toEqual(said);
});

test.describe('where people may speak as fast as they like', () => {
  test.use({ flags: ['--messages-per-second', '100000', '--message-burst', '100000'] });

  test('of a long conversation only what is near the view is drawn', async ({ guest, postman }) => {
    const anna = await guest('anna');
    await anna.enters('lobby');
    const mike = await postman('mike');
    for (let line = 1; line <= 400; line += 1) mike.says('#lobby', `line ${line}`);
    await mike.hasBeenHeard();
    await anna.sees('line 400');
    expect(await anna.drawnMessages()).toBeLessThan(120);
    expect(await anna.readsFromTheBeginning()).toHaveLength(400);
    expect(await anna.drawnMessages()).toBeLessThan(120);
  });

  test('a burst of messages into an open conversation all arrive, in order', async ({ guest, postman }) => {
    const anna = await guest('anna');
    await anna.enters('lobby');
    const mike = await postman('mike');
    for (let line = 1; line <= 400; line += 1) mike.says('#lobby', `line ${line}`);
    await mike.hasBeenHeard();
    await anna.sees('line 400');
    await expect(anna.message('line 400')).toBeInViewport();
    expect(await anna.drawnMessages()).toBeLessThan(120);
  });
});

test('an address leads to any message, and from there on to the newest', async ({ guest, postman }) => {
  const mike = await postman('mike');
  for (let line = 1; line <= 190; line += 1) mike.says('#lobby', `line ${line}`);
  await mike.hasBeenHeard();
  const anna = await guest('anna');
  await anna.enters('lobby');
  await anna.sees('line 190');

  const room = new URL(anna.page.url()).pathname;
  await anna.opens(`${room}/5`);
  await anna.isLedTo('line 5');
  await anna.jumpsToNewest();
  await expect(anna.message('line 190')).toBeInViewport();
  await anna.opens(`${room}/100`);
  await anna.isLedTo('line 100');
  expect(await anna.readsFromTheBeginning()).toHaveLength(190);
});

test('a conversation opens at the first message that is not read', async ({ guest, postman }) => {
  const mike = await postman('mike');
  const anna = await guest('anna');
  await anna.makesRoom('Elsewhere');
  for (let line = 1; line <= 150; line += 1) mike.says('#lobby', `line ${line}`);
  await anna.seesUnread('lobby', 150);

  await anna.enters('lobby');
  await expect(anna.newMessagesLine()).toBeInViewport();
  await expect(anna.message('line 1')).toBeInViewport();
  await expect(anna.message('line 150')).toHaveCount(0);
  await anna.jumpsToNewest();
  await anna.seesNothingUnread('lobby');
});

test('what arrives does not move what is being read', async ({ guest, postman }) => {
  const mike = await postman('mike');
  for (let line = 1; line <= 80; line += 1) mike.says('#lobby', `line ${line}`);
  await mike.hasBeenHeard();
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
