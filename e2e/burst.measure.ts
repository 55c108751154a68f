/** How long frames take while a thousand messages arrive in the open conversation. */
import { leave } from './support/figures';
import { test } from './support/test';

test.use({ flags: ['--messages-per-second', '100000', '--message-burst', '100000'] });

test('frames during a burst of 1,000 messages', async ({ guest, postman }) => {
  const anna = await guest('anna');
  await anna.enters('lobby');
  await anna.page.evaluate(() => {
    const frames: number[] = [];
    let last = performance.now();
    const next = (now: number) => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    Object.assign(window, { frames });
  });
  const mike = await postman('mike');
  for (let line = 1; line <= 1_000; line += 1) mike.says('#lobby', `line ${line}: something that people might say`);
  await anna.sees(/^line 1000:/);
  const frames = await anna.page.evaluate(() => (window as unknown as { frames: number[] }).frames);
  const sorted = [...frames].sort((one, other) => other - one).map(Math.round);
  const text = `${frames.length} frames until all stood there; the longest took ${sorted.slice(0, 5).join(', ')} ms.`;
  await leave('5-burst', 'A burst of 1,000 messages into the open room', text);
});
