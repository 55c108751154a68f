/** Coming back: after a reload, a restart, a crash. Nothing is lost and nothing is there twice. */
import { expect, test } from './support/test';

test('a reload shows the same conversation, each message once', async ({ guest }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.enters('lobby');
  await mike.enters('lobby');
  await anna.says('before');
  await mike.sees('before');

  await mike.reloads();
  await mike.enters('lobby');
  await mike.sees('before', { from: 'anna' });
  await anna.says('after');
  await mike.sees('after', { from: 'anna' });
  expect(await mike.messages()).toEqual(['before', 'after']);
});

test('a restart of the server is noticed, survived and forgotten', async ({ guest, server }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.enters('lobby');
  await mike.enters('lobby');
  await anna.says('before');
  await mike.sees('before');

  await server.stop();
  await anna.seesConnectionLost();
  await mike.seesConnectionLost();
  await server.startAgain();
  await anna.isOnline();
  await mike.isOnline();

  await mike.says('after');
  await anna.sees('after', { from: 'mike' });
  expect(await anna.messages()).toEqual(['before', 'after']);
  expect(await mike.messages()).toEqual(['before', 'after']);
});

test('what is written while the server is away is delivered once', async ({ guest, server }) => {
  const anna = await guest('anna');
  const mike = await guest('mike');
  await anna.enters('lobby');
  await mike.enters('lobby');
  await anna.says('before');
  await mike.sees('before');

  await server.stop();
  await anna.seesConnectionLost();
  await anna.writes('written offline, one');
  await anna.writes('written offline, two');
  await server.startAgain();

  await mike.isOnline();
  await mike.sees('written offline, two', { from: 'anna' });
  const said = ['before', 'written offline, one', 'written offline, two'];
  expect(await mike.messages()).toEqual(said);
  await anna.isOnline();
  await anna.hasEverythingDelivered();
  expect(await anna.messages()).toEqual(said);

  await mike.reloads();
  await mike.enters('lobby');
  await mike.sees('written offline, two');
  expect(await mike.messages()).toEqual(said);
});

test('a crash in the middle of a conversation loses nothing that was acknowledged', async ({ guest, server }) => {
  const anna = await guest('anna');
  await anna.enters('lobby');
  const said = Array.from({ length: 10 }, (_, index) => `message ${index + 1}`);
  for (const text of said) await anna.says(text);
  await anna.hasEverythingDelivered();

  await server.kill();
  await anna.seesConnectionLost();
  await server.startAgain();
  await anna.isOnline();
  expect(await anna.messages()).toEqual(said);

  const mike = await guest('mike');
  await mike.enters('lobby');
  await mike.sees('message 10', { from: 'anna' });
  expect(await mike.messages()).toEqual(said);
});
