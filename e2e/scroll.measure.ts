/** How smoothly a conversation of 10,000 messages scrolls, and how many of its rows the page really holds. */
import { leave } from './support/figures';
import { test } from './support/test';

test.use({ flags: ['--messages-per-second', '100000', '--message-burst', '100000', '--max-connections-per-address', '100'] });

test.describe.configure({ timeout: 600_000 });

test('scrolling up through 10,000 messages', async ({ guest, postman }) => {
  const crowd = await Promise.all(Array.from({ length: 20 }, (_, place) => postman(`mike${place}`)));
  for (let line = 1; line <= 10_000; line += 1) {
    crowd[line % crowd.length]!.says('#lobby', `line ${line}: something that people might say`);
  }
  for (const speaker of crowd) await speaker.hasBeenHeard();
  const anna = await guest('anna');
  await anna.enters('lobby');
  const { frames, most } = await anna.log().evaluate(async (log) => {
    const frames: number[] = [];
    let most = 0;
    let last = performance.now();
    const frame = () => new Promise<number>((next) => requestAnimationFrame(next));
    for (let still = 0; still < 120; ) {
      const before = log.querySelector('article')?.getAttribute('data-seq');
      log.scrollTop -= 150;
      const now = await frame();
      frames.push(now - last);
      last = now;
      most = Math.max(most, log.querySelectorAll('article').length);
      still = log.querySelector('article')?.getAttribute('data-seq') === before ? still + 1 : 0;
    }
    return { frames, most };
  });
  const first = await anna.log().getByRole('article').first().getAttribute('data-seq');
  const sorted = [...frames].sort((one, other) => other - one);
  const share = (sorted.filter((frame) => frame > 50).length / frames.length) * 100;
  const drawn = `From 10,000 up to message ${first}: ${frames.length} frames, at most ${most} messages in the page.`;
  const longest = `The longest took ${sorted.slice(0, 5).map(Math.round).join(', ')} ms; ${share.toFixed(1)} % over 50 ms.`;
  await leave('6-scroll', 'Scrolling up through 10,000 messages', `${drawn} ${longest}`);
});
