/** The random private chat: exactly two strangers, chosen by chance. */
import { expect, test } from './support/test';

test('of three strangers two are paired, and the third waits for the next', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  const john = await guest('john');

  await anna.looksForStranger();
  await anna.waitsForStranger();
  await mike.looksForStranger();
  await anna.isPairedWith('mike');
  await mike.isPairedWith('anna');
  await john.looksForStranger();
  await john.waitsForStranger();

  await anna.says('Who are you?');
  await mike.sees('Who are you?');
  await mike.says('A stranger.');
  await anna.sees('A stranger.');
  await john.waitsForStranger();
  await john.doesNotSee('Who are you?');

  await mike.looksForNextStranger();
  await anna.seesStrangerLeft();
  await mike.isPairedWith('john');
  await john.isPairedWith('mike');
  await john.says('At last.');
  await mike.sees('At last.');
  await anna.doesNotSee('At last.');
});

test('who waits is told how many do, and what strangers say is found by nobody', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.looksForStranger();
  await expect(anna.page.getByText('You are the only one waiting.')).toBeVisible();
  await mike.looksForStranger();
  await anna.isPairedWith('mike');
  await anna.says('a secret among strangers');
  await mike.sees('a secret among strangers');
  await expect(anna.conversation('mike')).toHaveCount(0);
  const search = await anna.searchesFor('secret');
  await expect(search.getByText('Nothing was found.')).toBeVisible();
});

test('whoever leaves the pair leaves the other with a word, first in line for somebody else', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.looksForStranger();
  await mike.looksForStranger();
  await anna.isPairedWith('mike');
  await mike.isPairedWith('anna');

  await anna.leavesStranger();
  await mike.seesStrangerLeft();
  await mike.waitsForStranger();

  const john = await guest('john');
  await john.looksForStranger();
  await mike.isPairedWith('john');
});

test('a reload does not part a pair', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.looksForStranger();
  await mike.looksForStranger();
  await anna.isPairedWith('mike');
  await anna.says('Who are you?');
  await mike.sees('Who are you?');

  await mike.reloads();
  await mike.isPairedWith('anna');
  await mike.sees('Who are you?', { from: 'anna' });
  await mike.says('A stranger, still.');
  await anna.sees('A stranger, still.', { from: 'mike' });
});

test('a stranger is reported with the messages one chooses, and never met again', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.looksForStranger();
  await mike.looksForStranger();
  await anna.isPairedWith('mike');
  await mike.says('Something rude.');
  await anna.sees('Something rude.');
  await anna.reportsStranger('He was rude.', 'Something rude.');
  await anna.blocksStranger();
  await mike.seesStrangerLeft();

  await anna.looksForStranger();
  await anna.waitsForStranger();
  await mike.waitsForStranger();
});
