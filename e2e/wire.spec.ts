/** The wire: what passes between the page and the server, for whoever wants to know. */
import { expectNoBarriers, expectNoSidewaysScroll } from './support/axe';
import { shoot } from './support/shots';
import { expect, test } from './support/test';

test('frames are seen as they pass, both ways, held, filtered and cleared', async ({ guest, postman }) => {
  const anna = await guest('anna');
  const wire = await anna.opensWire();
  const frames = wire.getByRole('list', { name: 'Frames' });
  await anna.says('Hello, wire');
  await expect(frames.getByText(/"type":"say".*Hello, wire/)).toBeVisible();
  await expect(frames.getByText(/"type":"accepted"/).first()).toBeVisible();

  const mike = await postman('mike');
  mike.says('#lobby', 'one');
  await wire.getByLabel('Filter frames').fill('"from":"mike"');
  await expect(frames.getByText(/"body":"one"/)).toBeVisible();
  await expect(frames.getByText(/"type":"say"/)).toHaveCount(0);

  await wire.getByRole('button', { name: 'Pause' }).click();
  mike.says('#lobby', 'two');
  await anna.sees('two');
  await expect(frames.getByText(/"body":"two"/)).toHaveCount(0);
  await wire.getByRole('button', { name: 'Go on' }).click();
  await expect(frames.getByText(/"body":"two"/)).toBeVisible();

  await wire.getByRole('button', { name: 'Clear' }).click();
  await expect(frames.getByRole('listitem')).toHaveCount(0);
});

test('beside a conversation there is one panel, or two where the window is wide', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.enters('lobby');
  await anna.seesMembers();
  await anna.opensWire();
  await expect(anna.members()).toHaveCount(0);
  await anna.seesMembers();
  await expect(anna.page.getByRole('region', { name: 'Wire' })).toHaveCount(0);
  await anna.page.setViewportSize({ width: 1700, height: 800 });
  await anna.opensWire();
  await expect(anna.members()).toBeVisible();
});

test('how a message reads in every dialect is what these really say', async ({ guest, postman }) => {
  const anna = await guest('anna');
  const mike = await postman('mike');
  mike.says('#lobby', 'Hello from far');
  await anna.sees('Hello from far', { from: 'mike' });
  const wire = await anna.opensWire();
  await wire.getByLabel('Number of the message').fill('1');
  await wire.getByRole('button', { name: 'Show in every dialect' }).click();
  const readings = wire.getByRole('list', { name: 'Readings' });
  await expect(readings.getByText('{"p":"#lobby","from":"mike","m":"Hello from far"}')).toBeVisible();
  await expect(readings.getByText('mike> Hello from far')).toBeVisible();
  await expect(readings.getByText(/^tmp:\/\/CHAT_MSSG +::\/mike +::\/Hello from far$/)).toBeVisible();
  await expect(readings.getByText('This dialect cannot say it.')).not.toHaveCount(0);
  await wire.getByLabel('Number of the message').fill('77');
  await wire.getByRole('button', { name: 'Show in every dialect' }).click();
  await expect(wire.getByLabel('Number of the message')).toHaveAccessibleDescription(/./);
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`the wire can be used by everybody, ${theme}, ${width}`, async ({ guest }) => {
      const anna = await guest('anna', { theme, width, still: true });
      await anna.says('Hello, wire');
      await anna.opensWire();
      await expectNoBarriers(anna.page);
      await expectNoSidewaysScroll(anna.page);
      await shoot(anna.page, `wire-${theme}-${width}`);
    });
  }
}
