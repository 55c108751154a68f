/**
 * What the browser's first visit costs, from a server that runs: `node e2e/figures.mjs http://127.0.0.1:8000`.
 * Bytes as they travel, first paint, and when the sign-in page can be used, plain and under Fast 3G with a processor
 * four times slower (DevTools' own figures). Figures, not a test: they depend on the machine.
 */
import { chromium } from '@playwright/test';

const url = process.argv[2];
if (!url) {
  console.error('Name the server: node e2e/figures.mjs http://127.0.0.1:8000');
  process.exit(2);
}
const root = process.getuid?.() === 0;
const FAST_3G = { offline: false, latency: 150, downloadThroughput: (1.6e6 / 8) * 0.9, uploadThroughput: (750e3 / 8) * 0.9 };

for (const [name, slow] of [['plain', false], ['Fast 3G, 4x CPU', true]]) {
  const browser = await chromium.launch({ executablePath: process.env.CONFAB_CHROMIUM, args: root ? ['--no-sandbox'] : [] });
  const page = await browser.newPage();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  if (slow) {
    await cdp.send('Network.emulateNetworkConditions', FAST_3G);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  }
  const sizes = new Map();
  const names = new Map();
  cdp.on('Network.responseReceived', ({ requestId, response }) => names.set(requestId, new URL(response.url).pathname));
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => sizes.set(names.get(requestId), encodedDataLength));
  const begun = Date.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForSelector('body[data-ready]');
  const usable = Date.now() - begun;
  const { paint, shift } = await page.evaluate(async () => {
    const shift = await new Promise((done) => {
      let sum = 0;
      const observer = new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value)));
      observer.observe({ type: 'layout-shift', buffered: true });
      requestAnimationFrame(() => setTimeout(() => done(sum), 100));
    });
    const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN;
    return { paint, shift };
  });
  console.log(`${name}: first paint ${Math.round(paint)} ms, usable ${usable} ms, layout shift ${shift.toFixed(3)}`);
  if (!slow) for (const [path, bytes] of sizes) console.log(`  ${String(bytes).padStart(8)} bytes ${path}`);
  await browser.close();
}
