/** Who is who: guests, accounts, and names that cannot be had. */
import { test } from './support/test';

const PASSWORD = 'correct horse battery staple';

test('a guest claims the name, signs out, and from then on it takes the password', async ({ guest, newcomer }) => {
  const anna = await guest('anna');
  await anna.claimsName(PASSWORD);
  await anna.signsOut();

  await anna.triesToSignIn('anna');
  await anna.isAskedForPassword();
  await anna.triesToSignIn('anna', 'not the password');
  await anna.isRefused(/password/i);
  await anna.triesToSignIn('anna', PASSWORD);
  await anna.isSignedIn();

  const other = await newcomer('other');
  await other.triesToSignIn('ANNA');
  await other.isAskedForPassword();
});

test('a name in use is refused with a word, and another one is taken', async ({ guest, newcomer }) => {
  await guest('anna');
  const other = await newcomer('other');
  await other.triesToSignIn('Anna');
  await other.isRefused(/in use|taken/i);
  await other.triesToSignIn('anna2');
  await other.isSignedIn();
});

for (const [impossible, why] of [
  ['two words', /space/i],
  ['a:b', /cannot contain ':'/],
  ['x'.repeat(21), /at most 20 characters/],
] as const) {
  test(`an impossible name is refused and told why: ${impossible}`, async ({ newcomer }) => {
    const anna = await newcomer('anna');
    await anna.triesToSignIn(impossible);
    await anna.isRefused(why);
    await anna.triesToSignIn('anna');
    await anna.isSignedIn();
  });
}

test('a signed-in guest is still signed in after a reload and in a second tab', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.reloads();
  await anna.isSignedIn();

  const tab = await anna.opensSecondTab();
  await tab.isSignedIn();
  await tab.enters('lobby');
  await tab.says('from the second tab');
  await anna.enters('lobby');
  await anna.sees('from the second tab');
});

test('what was half written is gone for whoever signs in next', async ({ guest }) => {
  const anna = await guest('anna');
  await anna.enters('lobby');
  await anna.startsWriting('half a secret');
  await anna.signsOut();
  await anna.signsIn();
  await anna.enters('lobby');
  await anna.hasWritten('');
});

test('signing out in one tab signs out the others', async ({ guest }) => {
  const anna = await guest('anna');
  const tab = await anna.opensSecondTab();
  await tab.isSignedIn();
  await anna.signsOut();
  await tab.isSignedOut();
});
