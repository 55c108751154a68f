/** Draws the icons of `public/` from `style/logo.svg`: `node e2e/icons.mjs`. They are committed; run it when the logo changes. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const logo = await readFile(at('style/logo.svg'), 'utf8');
const root = process.getuid?.() === 0;
const browser = await chromium.launch({ executablePath: process.env.CONFAB_CHROMIUM, args: root ? ['--no-sandbox'] : [] });

/** `share`: how much of the icon the logo takes; a maskable one keeps it inside the middle circle. */
async function draw(name, size, share, background) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const radius = background === 'card' ? '22%' : '0';
  await page.setContent(
    `<style>body{margin:0;background:transparent}div{display:grid;place-items:center;width:${size}px;height:${size}px;` +
      `background:#f3f1ed;border-radius:${radius}}svg{width:${share * 100}%;height:${share * 100}%}</style><div>${logo}</div>`,
  );
  await page.screenshot({ path: at(`public/${name}.png`), omitBackground: true });
  await page.close();
}

await draw('icon-192', 192, 0.7, 'card');
await draw('icon-512', 512, 0.7, 'card');
await draw('icon-maskable-512', 512, 0.52, 'full');
await draw('apple-touch-icon', 180, 0.66, 'full');
await browser.close();
