/** The pages for developers: this server's own addresses, and a console in which each dialect can be tried. */
import type { Page } from '@playwright/test';
import { expectNoBarriers, expectNoSidewaysScroll } from './support/axe';
import { shoot } from './support/shots';
import { expect, test } from './support/test';

test('two connections in one page talk Postman chat', async ({ page, server }) => {
  await page.goto(`${server.url}/docs/postman`);
  await page.getByRole('button', { name: 'Add another connection' }).click();
  const john = connection(page, 1);
  const mike = connection(page, 2);
  await john.speaksAt(`${server.url.replace('http', 'ws')}/ws/john`);
  await mike.speaksAt(`${server.url.replace('http', 'ws')}/ws/mike`);
  await john.sends('{"p":"mike","m":"Hello from a page"}');
  await mike.sees('{"p":"john","m":"Hello from a page"}');
  await mike.sends('{"p":"John","m":"Hello back"}');
  await john.sees('{"p":"mike","m":"Hello back"}');
  await john.leaves();
  await mike.sends('{"p":"john","m":"Gone?"}');
  await mike.sees('{"info":"john is offline. Message saved."}');
});

for (const [dialect, answer] of [
  ['native', '"type":"welcome"'],
  ['pair_chat', 'alice> Hello'],
  ['random_chat', '"type":"state"'],
] as const) {
  test(`the first sample of ${dialect} is answered in the console`, async ({ page, server }) => {
    await page.goto(`${server.url}/docs/${dialect}`);
    const console = connection(page, 1);
    await console.connects();
    await console.sendsTheSample();
    await console.sees(answer);
  });
}

test('TMP asks for a name before anything else', async ({ page, server }) => {
  await page.goto(`${server.url}/docs/tmp`);
  const console = connection(page, 1);
  await console.connects();
  await console.sees('STATE_UPG_1');
  await console.sendsTheSample();
  await console.sees('STATE_UPG_2');
});

test('the message API is tried with one request each way', async ({ page, server }) => {
  await page.goto(`${server.url}/docs/messages`);
  const send = page.getByRole('button', { name: 'Send' });
  const answer = page.getByRole('status', { name: 'Answer' });
  await send.first().click();
  // In the answer, not anywhere: the transcripts above say it too.
  await expect(answer.first()).toContainText('{"status":"stored"}');
  await send.last().click();
  await expect(answer.last()).toContainText('"message":"22.7"');
});

test('who reads German reads it around the protocol, and is led on in it from the app', async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, locale: 'de-AT' });
  const page = await context.newPage();
  await page.goto('/docs/postman');
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.getByText('Das Protokoll selbst ist auf Englisch beschrieben.')).toBeVisible();
  const console = page.getByRole('article', { name: 'Verbindung 1' });
  await console.getByRole('button', { name: 'Verbinden' }).click();
  await expect(console.getByRole('status')).toHaveText('Verbunden.');
  await expectNoBarriers(page);

  await page.goto('/docs?language=en');
  await page.getByRole('main').getByRole('link', { name: 'Postman chat' }).click();
  await expect(page.getByRole('heading', { name: 'Try it here' })).toBeVisible();
  await context.close();
});

test.describe(() => {
  test.use({ flags: ['--line-listen', '127.0.0.1:0'] });

  test('line chat says what to type instead', async ({ page, server }) => {
    await page.goto(`${server.url}/docs/line`);
    await expect(page.getByText('A page cannot open a plain TCP connection')).toBeVisible();
    await expect(page.getByText(/^nc 127\.0\.0\.1 \d+$/).first()).toBeVisible();
  });
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`the pages can be used by everybody, ${theme}, ${width}`, async ({ browser, server }) => {
      const context = await browser.newContext({ baseURL: server.url, colorScheme: theme, viewport: { width, height: 800 } });
      const page = await context.newPage();
      for (const path of ['/docs', '/docs/postman', '/docs/messages', '/docs/line']) {
        await page.goto(path);
        await expectNoBarriers(page);
        await expectNoSidewaysScroll(page);
        await shoot(page, `${path.slice(1).replace('/', '-')}-${theme}-${width}`);
      }
      await context.close();
    });
  }
}

function connection(page: Page, number: number) {
  const console = page.getByRole('article', { name: `Connection ${number}` });
  const address = console.getByRole('textbox', { name: 'Address' });
  const button = (name: string) => console.getByRole('button', { name });
  return {
    async connects(): Promise<void> {
      await button('Connect').click();
      await expect(console.getByRole('status')).toHaveText('Connected.');
    },
    async speaksAt(url: string): Promise<void> {
      await address.fill(url);
      await this.connects();
    },
    async sends(frame: string): Promise<void> {
      await console.getByRole('textbox', { name: 'Frame' }).fill(frame);
      await button('Send').click();
    },
    async sendsTheSample(): Promise<void> {
      await button('Send').click();
    },
    async sees(text: string): Promise<void> {
      await expect(console.getByRole('log').getByRole('paragraph').filter({ hasText: text }).first()).toBeVisible();
    },
    async leaves(): Promise<void> {
      await button('Disconnect').click();
      await expect(console.getByRole('status')).toContainText('Closed with 1000');
    },
  };
}
