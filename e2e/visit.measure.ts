/** What a visit costs: bytes as they travel, first paint, and when the page can be used. */
import type { Browser, CDPSession } from '@playwright/test';
import { leave, median, table } from './support/figures';
import { test } from './support/test';

/** Fast 3G: 1.6 Mbit/s, of which DevTools lets 90 % through. DevTools' own preset adds more to each request than the way takes. */
const FAST_3G = { offline: false, downloadThroughput: (1.6e6 / 8) * 0.9, uploadThroughput: (750e3 / 8) * 0.9 };
const NETWORKS = [
  { name: 'as it is', latency: 0, slow: false },
  { name: 'Fast 3G (150 ms a way), CPU 4x slower', latency: 150, slow: true },
  { name: "DevTools' Fast 3G (562 ms a request), CPU 4x slower", latency: 562.5, slow: true },
];
const ROUNDS = 5;

type Visit = { paint: number; usable: number; shift: number; files: Map<string, number> };

test.describe.configure({ timeout: 300_000 });

test('what a visit costs', async ({ browser, server }) => {
  await visit(browser, server.url, NETWORKS[0]!);
  const rows: (string | number)[][] = [['', 'first paint, ms', 'usable, ms', 'layout shift']];
  let files = new Map<string, number>();
  for (const network of NETWORKS) {
    const visits: Visit[] = [];
    for (let round = 0; round < ROUNDS; round += 1) visits.push(await visit(browser, server.url, network));
    const middle = (of: (visit: Visit) => number) => median(visits.map(of));
    const whole = [middle(({ paint }) => paint), middle(({ usable }) => usable)].map(Math.round);
    rows.push([network.name, ...whole, middle(({ shift }) => shift).toFixed(3)]);
    files = network.slow ? files : visits[0]!.files;
  }
  const travelled = [...files].map(([path, bytes]) => [path.replace(/-[0-9a-f]{16}/, ''), bytes.toLocaleString('en')]);
  await leave('1-visit', 'A first visit', `The middle of ${ROUNDS}, from a server that has answered before.\n\n${table(rows)}`);
  const note = 'As they travel (brotli), with headers, until everything that is fetched ahead is there.';
  await leave('2-bytes', 'Bytes', `${note}\n\n${table([['file', 'bytes'], ...travelled])}`);
});

async function visit(browser: Browser, url: string, network: (typeof NETWORKS)[number]): Promise<Visit> {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  const files = travelling(cdp);
  if (network.slow) {
    await cdp.send('Network.emulateNetworkConditions', { ...FAST_3G, latency: network.latency });
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  }
  await page.goto(url, { waitUntil: 'commit' });
  // The page's own clock: from the moment of the navigation until its first field can be written in.
  const seen = await page.evaluate(async () => {
    const ready = () => document.body?.dataset.ready && document.querySelector('input');
    while (!ready()) await new Promise((next) => requestAnimationFrame(next));
    const usable = performance.now();
    const shift = await new Promise<number>((done) => {
      let sum = 0;
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
      });
      observer.observe({ type: 'layout-shift', buffered: true });
      // What has been drawn by now has moved what it moved.
      requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
    });
    return { usable, shift, paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN };
  });
  if (!network.slow) await page.waitForLoadState('networkidle');
  await context.close();
  return { ...seen, files };
}

/** What each file took on its way, by its path. */
function travelling(cdp: CDPSession): Map<string, number> {
  const [paths, bytes] = [new Map<string, string>(), new Map<string, number>()];
  cdp.on('Network.responseReceived', ({ requestId, response }) => paths.set(requestId, new URL(response.url).pathname));
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const path = paths.get(requestId);
    if (path && encodedDataLength > 0) bytes.set(path, encodedDataLength);
  });
  return bytes;
}
