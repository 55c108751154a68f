/** Programs in a room: those that speak by an address, and those that are told. */
import { createHmac } from 'node:crypto';
import { expectNoBarriers, expectNoSidewaysScroll } from './support/axe';
import { Receiver } from './support/receiver';
import { shoot } from './support/shots';
import { expect, test } from './support/test';

test.use({ flags: ['--webhook-private-targets', 'allow'] });

test('what is posted to an incoming address is said in the room, until it is deleted', async ({ guest, request }) => {
  const anna = await guest('anna');
  await anna.makesRoom('builds');
  const hooks = await anna.opensWebhooks('builds');
  await hooks.getByLabel('Name it speaks under').fill('deploys');
  await hooks.getByRole('button', { name: 'Make an address' }).click();
  const line = await hooks.getByRole('status').getByRole('code').first().innerText();
  const address = /https?:\/\/\S+/.exec(line)?.[0] ?? '';
  const said = await request.post(address, { data: { text: 'Deployed **v2**', username: 'robot 7' } });
  expect(said.status()).toBe(200);
  await hooks.getByRole('button', { name: 'Close' }).click();
  await anna.sees('Deployed v2', { from: 'deploys' });
  const message = anna.message('Deployed v2');
  await expect(message.getByText('webhook', { exact: true })).toBeVisible();
  await expect(message.getByText('robot 7', { exact: true })).toBeVisible();

  await anna.opensWebhooks('builds');
  await hooks.getByRole('button', { name: 'Delete deploys' }).click();
  await expect(hooks.getByRole('list', { name: 'Incoming' }).getByRole('listitem')).toHaveCount(0);
  expect((await request.post(address, { data: { text: 'too late' } })).status()).toBe(404);
});

test('an outgoing address is told what is said, signed', async ({ guest }) => {
  const receiver = await Receiver.listen();
  const anna = await guest('anna');
  await anna.makesRoom('builds');
  const hooks = await anna.opensWebhooks('builds');
  await hooks.getByLabel('Address to tell').fill('not an address');
  await hooks.getByRole('button', { name: 'Tell it' }).click();
  await expect(hooks.getByLabel('Address to tell')).toBeFocused();
  await hooks.getByLabel('Address to tell').fill(receiver.url);
  await hooks.getByRole('button', { name: 'Tell it' }).click();
  const secret = await hooks.getByRole('status').getByRole('code').innerText();
  await expect(hooks.getByRole('list', { name: 'Outgoing' }).getByText('works')).toBeVisible();
  await hooks.getByRole('button', { name: 'Close' }).click();
  await anna.says('Ship it');

  const post = await receiver.gets(/Ship it/);
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${post.headers['webhook-id']}.${post.headers['webhook-timestamp']}.${post.body}`;
  const signature = createHmac('sha256', key).update(signed).digest('base64');
  expect(post.headers['webhook-signature']).toBe(`v1,${signature}`);
  await receiver.close();
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`the webhooks can be used by everybody, ${theme}, ${width}`, async ({ guest, request }) => {
      const anna = await guest('anna', { theme, width, still: true });
      await anna.makesRoom('builds');
      const hooks = await anna.opensWebhooks('builds');
      await hooks.getByLabel('Name it speaks under').fill('deploys');
      await hooks.getByRole('button', { name: 'Make an address' }).click();
      const line = await hooks.getByRole('status').getByRole('code').first().innerText();
      await expect(hooks.getByRole('list', { name: 'Incoming' }).getByRole('listitem')).toHaveCount(1);
      await expectNoBarriers(anna.page);
      await expectNoSidewaysScroll(anna.page);
      await shoot(anna.page, `webhooks-${theme}-${width}`);

      await request.post(/https?:\/\/\S+/.exec(line)?.[0] ?? '', { data: { text: 'Deployed v2', username: 'robot 7' } });
      await hooks.getByRole('button', { name: 'Close' }).click();
      await anna.sees('Deployed v2');
      await expectNoBarriers(anna.page);
      await shoot(anna.page, `webhook-message-${theme}-${width}`);
    });
  }
}
