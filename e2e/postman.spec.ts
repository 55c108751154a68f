/** A WebSocket tool and a browser talk to each other. */
import { test } from './support/test';

test('a message from a WebSocket tool appears in the browser, and the other way round', async ({ guest, postman }) => {
  const anna = await guest('anna');
  const mike = await postman('mike');

  mike.says('anna', 'hi');
  await anna.seesUnread('mike', 1);
  await anna.enters('mike');
  await anna.sees('hi', { from: 'mike' });
  await anna.says('Hi yourself!');
  await mike.gets({ p: 'anna', m: 'Hi yourself!' });
});

test('both are in the lobby, each in their own format', async ({ guest, postman }) => {
  const anna = await guest('anna');
  const mike = await postman('mike');
  await anna.enters('lobby');

  mike.says('#lobby', 'good morning');
  await anna.sees('good morning', { from: 'mike' });
  await anna.says('Morning!');
  await mike.gets({ p: '#lobby', from: 'anna', m: 'Morning!' });
});

test('what was said to a WebSocket tool that is away waits for it', async ({ guest, postman }) => {
  const anna = await guest('anna');
  await anna.writesTo('mike');
  await anna.says('Are you there?');

  const mike = await postman('mike');
  await mike.gets({ p: 'anna', m: 'Are you there?' });
});
