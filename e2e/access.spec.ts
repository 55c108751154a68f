/** Every page can be used by everybody: in both themes, on a phone and on a desk. */
import { expectNoBarriers, expectNoSidewaysScroll } from './support/axe';
import { shoot } from './support/shots';
import { test } from './support/test';

for (const theme of ['light', 'dark'] as const) {
  for (const [width, height] of [
    [360, 740],
    [1280, 800],
  ] as const) {
    const surroundings = { theme, width, height, still: true };
    const where = `${theme}-${width}`;

    test(`sign-in, ${where}`, async ({ newcomer }) => {
      const anna = await newcomer('anna', surroundings);
      await expectNoBarriers(anna.page);
      await expectNoSidewaysScroll(anna.page);
      await shoot(anna.page, `sign-in-${where}`);

      await anna.triesToSignIn('not possible');
      await anna.isRefused(/space/i);
      await expectNoBarriers(anna.page);
    });

    test(`a conversation, ${where}`, async ({ guest, postman }) => {
      const anna = await guest('anna', surroundings);
      const mike = await postman('mike');
      await anna.enters('lobby');
      mike.says('#lobby', 'Has anybody seen the northern lights last night?');
      await anna.sees('Has anybody seen the northern lights last night?');
      await anna.says('Yes! 🌌 Green over the whole sky, until two in the morning.');
      mike.says('#lobby', 'Pictures, please: https://example.org/aurora');
      await anna.sees(/Pictures, please/);
      await expectNoBarriers(anna.page);
      await expectNoSidewaysScroll(anna.page);
      await shoot(anna.page, `chat-${where}`);

      await anna.seesMembers();
      await anna.seesOnline('mike');
      await expectNoBarriers(anna.page);
      await expectNoSidewaysScroll(anna.page);
      await shoot(anna.page, `members-${where}`);
    });

    test(`the conversations, the account and a lost connection, ${where}`, async ({ guest, postman, server }) => {
      const anna = await guest('anna', surroundings);
      await anna.makesRoom('Gardeners');
      const mike = await postman('mike');
      mike.says('anna', 'Lunch at one?');
      mike.says('#lobby', 'Good morning, all of you.');
      await anna.seesList();
      await anna.seesUnread('mike', 1);
      await anna.seesUnread('lobby', 1);
      await expectNoBarriers(anna.page);
      await expectNoSidewaysScroll(anna.page);
      await shoot(anna.page, `list-${where}`);

      const account = await anna.opensAccount();
      await expectNoBarriers(anna.page);
      await shoot(anna.page, `account-${where}`);
      await account.getByRole('button', { name: 'Close' }).click();

      await anna.enters('mike');
      await anna.says('Gladly.');
      await mike.leaves();
      await server.stop();
      await anna.seesConnectionLost();
      await anna.writes('Where?');
      await expectNoBarriers(anna.page);
      await expectNoSidewaysScroll(anna.page);
      await shoot(anna.page, `offline-${where}`);
    });

    test(`the directory of rooms, ${where}`, async ({ guest }) => {
      const anna = await guest('anna', surroundings);
      await anna.makesRoom('Gardeners');
      await anna.opensDirectory();
      await expectNoBarriers(anna.page);
      await expectNoSidewaysScroll(anna.page);
      await shoot(anna.page, `directory-${where}`);
    });

    test(`the random chat, ${where}`, async ({ guest }) => {
      const anna = await guest('anna', surroundings);
      await anna.looksForStranger();
      await anna.waitsForStranger();
      await expectNoBarriers(anna.page);
      await expectNoSidewaysScroll(anna.page);
      await shoot(anna.page, `random-${where}`);
    });
  }
}

test('from signing in to the first word it takes no mouse', async ({ newcomer, guest }) => {
  const mike = await guest('mike');
  await mike.enters('lobby');
  const anna = await newcomer('anna');
  await anna.signsInByKeyboard();
  await anna.isIn('lobby');
  await anna.page.keyboard.type('typed without a mouse');
  await anna.page.keyboard.press('Enter');
  await mike.sees('typed without a mouse', { from: 'anna' });
});
