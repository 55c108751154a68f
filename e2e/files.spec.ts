/** Files: chosen, pasted or dropped, seen by others, and what becomes of those that do not arrive. */
import { expectNoBarriers, expectNoSidewaysScroll } from './support/axe';
import { picture, text } from './support/files';
import { shoot } from './support/shots';
import { expect, test } from './support/test';

test('a picture that is dropped is seen by others, in room that was there before it', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  // To mike the picture comes late; its room must not.
  let give = () => {};
  const late = new Promise<void>((given) => (give = given));
  await mike.page.route('**/files/**', async (route) => {
    await late;
    await route.continue();
  });
  await anna.files.drops([picture('aurora.png', 800, 400)]);
  await expect(anna.files.attachment('aurora.png')).toBeVisible();
  await anna.files.hasAttached(['aurora.png']);
  await anna.writesRaw('Last night!');

  const before = await mike.files.picture('aurora.png').boundingBox();
  expect(before!.width).toBeCloseTo(400, -1);
  expect(before!.height).toBeCloseTo(200, -1);
  give();
  await mike.files.seesPicture('aurora.png');
  expect(await mike.files.picture('aurora.png').boundingBox()).toEqual(before);
  await mike.sees('Last night!', { from: 'anna' });
  await anna.files.seesPicture('aurora.png');

  await mike.reloads();
  await mike.files.seesPicture('aurora.png');
});

test('a picture opens large, by keyboard too, and the focus comes back to it', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.files.chooses([picture('aurora.png', 1200, 900)]);
  await anna.files.hasAttached(['aurora.png']);
  await anna.sendsFiles();
  await anna.files.seesPicture('aurora.png');
  await anna.files.picture('aurora.png').focus();
  await anna.page.keyboard.press('Enter');
  const dialog = anna.page.getByRole('dialog', { name: 'aurora.png' });
  await expect(dialog.getByRole('img', { name: 'aurora.png' })).toBeVisible();
  await expect(dialog.getByRole('link', { name: 'Download' })).toBeVisible();
  await expectNoBarriers(anna.page);
  await anna.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(anna.files.picture('aurora.png')).toBeFocused();
});

test('several files go with one message, others than images with name and size', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.files.chooses([text('plan.txt', 48_213), text('notes of the week.txt', 700), picture('map.png', 60, 40)]);
  await anna.files.hasAttached(['plan.txt', 'notes of the week.txt', 'map.png']);
  await anna.files.attachment('notes of the week.txt').getByRole('button', { name: 'Remove notes of the week.txt' }).click();
  await anna.sendsFiles();

  await expect(mike.files.file('plan.txt')).toContainText('48 kB');
  await mike.files.seesPicture('map.png');
  await expect(mike.files.file('notes of the week.txt')).toHaveCount(0);
  const [download] = await Promise.all([mike.page.waitForEvent('download'), mike.files.file('plan.txt').click()]);
  expect(download.suggestedFilename()).toBe('plan.txt');
});

test('a message that is nothing but files is known by their names: where it is answered, and in the list', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.files.chooses([text('plan.txt', 100)]);
  await anna.files.hasAttached(['plan.txt']);
  await anna.sendsFiles();
  await mike.files.file('plan.txt').hover();
  await mike.log().getByRole('toolbar', { name: 'Actions for this message' }).getByRole('button', { name: 'Reply' }).click();
  await expect(mike.page.getByText('Replying to anna plan.txt')).toBeVisible();
  await mike.writesRaw('A good one.');
  await expect(anna.message('A good one.').getByRole('link', { name: 'anna plan.txt' })).toBeVisible();

  await anna.makesRoom('Elsewhere');
  await anna.files.chooses([text('map.txt', 100)]);
  await anna.files.hasAttached(['map.txt']);
  await anna.sendsFiles();
  await anna.reloads();
  await expect(anna.conversation('Elsewhere').locator('[data-preview]')).toHaveAttribute('data-preview', 'anna: map.txt');
});

test('what is pasted is attached; text stays text', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.files.pastes([picture('image.png', 20, 20)]);
  await anna.files.hasAttached(['image.png']);
  await anna.hasWritten('');
});

test('an upload shows how far it is, is cancelled, and what is said waits for it', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.files.hasSlowUploads();
  await anna.files.chooses([text('one.txt', 400_000), text('two.txt', 500_000)]);
  await expect(anna.files.attachment('one.txt').getByRole('progressbar', { name: 'Uploading one.txt' })).toBeVisible();
  await expectNoBarriers(anna.page);
  await anna.files.attachment('one.txt').getByRole('button', { name: 'Cancel one.txt' }).click();
  await expect(anna.files.attachment('one.txt')).toHaveCount(0);

  await anna.startsWriting('Here it is.');
  await anna.page.keyboard.press('Enter');
  await anna.hasWritten('');
  await expect(anna.message('Here it is.').getByRole('progressbar')).toBeVisible();
  await anna.writes('Not yet.');
  await mike.sees('Not yet.');
  await mike.doesNotSee('Here it is.');
  await anna.files.hasFastUploads();
  await mike.sees('Here it is.', { from: 'anna' });
  await expect(mike.files.file('two.txt')).toBeVisible();
  await anna.hasEverythingDelivered();
});

test.describe('where files are small', () => {
  test.use({ flags: ['--max-upload-bytes', '20000', '--upload-quota-bytes', '30000'] });

  test('what is too large says so before it is sent, and nothing else is held up', async ({ guest }) => {
    const anna = await guest('anna');
    await anna.files.chooses([text('book.txt', 21_000)]);
    await expect(anna.files.attachment('book.txt').getByText('Too large: files may have 20 kB at most.')).toBeVisible();
    await expectNoBarriers(anna.page);
    await anna.startsWriting('my book');
    await anna.page.keyboard.press('Enter');
    await anna.hasWritten('my book');
    await anna.files.attachment('book.txt').getByRole('button', { name: 'Remove book.txt' }).click();
    await anna.page.keyboard.press('Enter');
    await anna.sees('my book');
  });

  test('what is taken away again leaves its room to others', async ({ guest }) => {
    const anna = await guest('anna');
    await anna.files.chooses([text('first.txt', 18_000)]);
    await anna.files.hasAttached(['first.txt']);
    const gone = anna.page.waitForResponse((answer) => answer.request().method() === 'DELETE');
    await anna.files.attachment('first.txt').getByRole('button', { name: 'Remove first.txt' }).click();
    expect((await gone).status()).toBe(204);
    await anna.files.chooses([text('second.txt', 18_000)]);
    await anna.files.hasAttached(['second.txt']);
  });

  test('what is over the quota can be tried again once there is room', async ({ guest }) => {
    const anna = await guest('anna');
    await anna.files.chooses([text('first.txt', 18_000)]);
    await anna.files.hasAttached(['first.txt']);
    await anna.writesRaw('the first');
    await anna.files.chooses([text('second.txt', 15_000)]);
    await expect(anna.files.attachment('second.txt').getByText('Too large: 12 kB of your 30 kB are left.')).toBeVisible();
    await anna.deletes('the first');
    await anna.files.attachment('second.txt').getByRole('button', { name: 'Try second.txt again' }).click();
    await anna.files.hasAttached(['second.txt']);
  });
});

test('what the server does not take says why', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.files.chooses([{ name: 'tool', mimeType: '', buffer: Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(200)]) }]);
  await expect(anna.files.attachment('tool').getByText('Files of this kind are not taken here.')).toBeVisible();
});

test('files stay with a draft: in another room, after a reload, in every tab', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.makesRoom('Elsewhere');
  await anna.files.chooses([text('plan.txt', 100)]);
  await anna.files.hasAttached(['plan.txt']);
  await anna.enters('lobby');
  await expect(anna.files.attachment('plan.txt')).toHaveCount(0);
  await anna.enters('Elsewhere');
  await anna.files.hasAttached(['plan.txt']);
  await anna.reloads();
  await anna.files.hasAttached(['plan.txt']);

  const tab = await anna.opensSecondTab();
  await tab.enters('Elsewhere');
  await tab.files.hasAttached(['plan.txt']);
  await tab.sendsFiles();
  await expect(anna.files.attachment('plan.txt')).toHaveCount(0);
  await expect(anna.files.file('plan.txt')).toBeVisible();
});

test.describe('where no files are taken', () => {
  test.use({ flags: ['--uploads', 'off'] });

  test('nothing offers to attach any', async ({ guest }) => {
    const anna = await guest('anna');
    await anna.isSignedIn();
    await expect(anna.files.attachButton()).toHaveCount(0);
  });
});

test('strangers exchange no files', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.looksForStranger();
  await mike.looksForStranger();
  await anna.isPairedWith('mike');
  await expect(anna.files.attachButton()).toHaveCount(0);
});

for (const theme of ['light', 'dark'] as const) {
  for (const [width, height] of [
    [360, 740],
    [1280, 800],
  ] as const) {
    test(`files, ${theme}-${width}`, async ({ guest }) => {
      const anna = await guest('anna', { theme, width, height, still: true });
      await anna.files.chooses([picture('aurora.png', 640, 360), text('plan of the summer feast.txt', 48_213)]);
      await anna.files.hasAttached(['aurora.png', 'plan of the summer feast.txt']);
      await anna.writesRaw('The sky last night, and the plan.');
      await anna.files.seesPicture('aurora.png');
      await anna.files.chooses([picture('next.png', 300, 300, [154, 74, 20])]);
      await anna.files.hasAttached(['next.png']);
      await expectNoBarriers(anna.page);
      await expectNoSidewaysScroll(anna.page);
      await shoot(anna.page, `files-${theme}-${width}`);
      await anna.files.dragsOver([text('more.txt', 10)]);
      await expectNoBarriers(anna.page);
      await shoot(anna.page, `drop-${theme}-${width}`);
      await anna.page.getByRole('button', { name: 'Enlarge aurora.png' }).dispatchEvent('click');
      await expect(anna.page.getByRole('dialog', { name: 'aurora.png' })).toBeVisible();
      await shoot(anna.page, `picture-${theme}-${width}`);
    });
  }
}
