/** What a visit costs: bytes as they travel, first paint, and when the page can be used. */
import type { Browser, CDPSession, Cookie, Page } from '@playwright/test';
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

type Visit = { paint: number; typable: number; usable: number; shift: number; files: Map<string, number> };

/** Who visits: his cookies, what he can use then (the field for a name, or that for a message), and whether his browser has kept what an earlier visit fetched. */
type Visitor = { cookies: Cookie[]; field: 'input' | 'textarea'; comesBack: boolean };

test.describe.configure({ timeout: 600_000 });

test('what a visit costs', async ({ browser, guest, server }) => {
  const newcomer: Visitor = { cookies: [], field: 'input', comesBack: false };
  const first = await visits(browser, server.url, newcomer);
  await leave('1-visit', 'A first visit', `Until one can type one's name, and until the program answers. ${ABOUT}\n\n${table(first.rows)}`);
  await leave('3-bytes', 'Bytes', `${ABOUT_BYTES}\n\n${table(bytes(first.files))}\n\n${table(programs(first.files))}`);

  const anna = await guest('anna');
  await anna.says('Hello');
  const known: Visitor = { cookies: await anna.page.context().cookies(), field: 'textarea', comesBack: false };
  const elsewhere = await visits(browser, server.url, known);
  await leave('2-known', 'A visit of somebody who is signed in', `Until one can write in a room. ${ABOUT}\n\n${table(elsewhere.rows)}`);
  const again = await visits(browser, server.url, { ...known, comesBack: true });
  await leave('2-return', 'The same with what the browser has kept', `As it is for whoever was here before.\n\n${table(again.rows)}`);
});

const ABOUT = `The middle of ${ROUNDS}, nothing kept from before, from a server that has answered before.`;
const ABOUT_BYTES = 'As they travel (brotli), with headers, until everything that is fetched ahead is there.';

async function visits(browser: Browser, url: string, visitor: Visitor) {
  await visit(browser, url, NETWORKS[0]!, visitor);
  const rows: (string | number)[][] = [['', 'first paint, ms', 'one can type, ms', 'usable, ms', 'layout shift']];
  let files = new Map<string, number>();
  for (const network of NETWORKS) {
    const all: Visit[] = [];
    for (let round = 0; round < ROUNDS; round += 1) all.push(await visit(browser, url, network, visitor));
    const middle = (of: (visit: Visit) => number) => median(all.map(of));
    const whole = [middle(({ paint }) => paint), middle(({ typable }) => typable), middle(({ usable }) => usable)].map(Math.round);
    rows.push([network.name, ...whole, middle(({ shift }) => shift).toFixed(3)]);
    files = network.slow ? files : all[0]!.files;
  }
  return { rows, files };
}

async function visit(browser: Browser, url: string, network: (typeof NETWORKS)[number], visitor: Visitor): Promise<Visit> {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  await context.addCookies(visitor.cookies);
  if (visitor.comesBack) await before(await context.newPage(), url, visitor);
  const page = await context.newPage();
  if (visitor.field === 'textarea') await page.addInitScript(() => localStorage.setItem('confab.known', 'true'));
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  const files = travelling(cdp);
  if (network.slow) {
    await cdp.send('Network.emulateNetworkConditions', { ...FAST_3G, latency: network.latency });
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  }
  await page.goto(url, { waitUntil: 'commit' });
  // The page's own clock, from the moment of the navigation: until its first field can be written in, which may be the
  // splash's own, and until the program answers.
  const seen = await page.evaluate(async (field) => {
    const found = async (there: () => unknown) => {
      while (!there()) await new Promise((next) => requestAnimationFrame(next));
      return performance.now();
    };
    const typable = await found(() => document.querySelector(field)?.checkVisibility());
    const usable = await found(() => document.body?.dataset.ready && document.querySelector(field));
    const shift = await new Promise<number>((done) => {
      let sum = 0;
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
      });
      observer.observe({ type: 'layout-shift', buffered: true });
      // What has been drawn by now has moved what it moved.
      requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
    });
    return { typable, usable, shift, paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN };
  }, visitor.field);
  if (!network.slow) await page.waitForLoadState('networkidle');
  await context.close();
  return { ...seen, files };
}

/** An earlier visit. */
async function before(page: Page, url: string, { field }: Visitor): Promise<void> {
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.locator(field).waitFor();
  await page.close();
}

/** Each file by itself, without its hash. */
function bytes(files: Map<string, number>): (string | number)[][] {
  const travelled = [...files].map(([path, bytes]) => [path.replace(/-[0-9a-f]{16}/, ''), bytes.toLocaleString('en')]);
  return [['file', 'bytes'], ...travelled];
}

/** The WebAssembly alone, as it is needed: to sign in, and to read and write in a room. All else comes once one is there. */
function programs(files: Map<string, number>): (string | number)[][] {
  const wasm = [...files].filter(([path]) => path.endsWith('.wasm'));
  const sum = (wanted: RegExp) => wasm.filter(([path]) => wanted.test(path)).reduce((sum, [, bytes]) => sum + bytes, 0);
  const [start, chat] = [sum(/confab-web/), sum(/split_chat|chunk_/)];
  const KiB = (bytes: number) => (bytes / 1024).toFixed(0);
  return [
    ['WebAssembly', 'KiB'],
    ['to sign in', KiB(start)],
    ['to read and write in a room, with that', KiB(start + chat)],
  ];
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
