/** Groups and rooms as those see them who own them, come into them and leave them. */
import { expect, test } from './support/test';

test('a group is made, people are brought in and taken out, and it is deleted', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  const john = await guest('john');
  await anna.makesGroup('Crew');
  await anna.bringsIn('mike');
  await anna.says('Only we see this.');
  await mike.enters('Crew');
  await mike.sees('Only we see this.', { from: 'anna' });
  await john.opensDirectory();
  await expect(john.page.getByText('Crew')).toHaveCount(0);

  // Any member brings in others; only the owner takes them out.
  await mike.bringsIn('john');
  await expect(mike.members().getByRole('button', { name: 'Remove john', exact: true })).toHaveCount(0);
  await anna.takesOut('john');
  await expect(john.page.getByText('You are no longer in Crew.')).toBeVisible();
  await anna.deletesRoom('Crew');
  await expect(mike.page.getByText('Crew was deleted.')).toBeVisible();
  await expect(mike.conversation('Crew')).toHaveCount(0);
});

test('a member leaves a group, and the others see it', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.makesGroup('Crew');
  await anna.bringsIn('mike');
  await mike.enters('Crew');
  await mike.seesMembers();
  await mike.members().getByRole('button', { name: 'Leave Crew' }).click();
  await expect(mike.conversation('Crew')).toHaveCount(0);
  await expect(anna.members().getByText('mike', { exact: true })).toHaveCount(0);
});

test('the directory tells how many are in a room and how many are here', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.makesRoom('Gardeners');
  await mike.joinsFromDirectory('Gardeners');
  await mike.opensDirectory();
  const line = mike.page.getByRole('listitem').filter({ hasText: '#Gardeners' }).last();
  await expect(line).toContainText('2 members, 2 here now');
});

test('a room just joined shows what was said there last', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.makesRoom('Gardeners');
  await anna.says('The roses are out.');
  await mike.joinsFromDirectory('Gardeners');
  await expect(mike.conversation('Gardeners').locator('[data-preview]')).toHaveAttribute(
    'data-preview',
    'anna: The roses are out.',
  );
});
