/** What Lighthouse says of the sign-in page and of the chat. It comes by npx, since nothing else needs it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { leave, table } from './support/figures';
import { test } from './support/test';

const LIGHTHOUSE = 'lighthouse@12.8.2';
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];

type Report = {
  categories: Record<string, { score: number }>;
  audits: Record<string, { title: string; score: number | null; displayValue?: string }>;
};

test.describe.configure({ timeout: 300_000 });

test('what Lighthouse says', async ({ guest, server }) => {
  const anna = await guest('anna');
  await anna.says('Hello');
  const cookies = await anna.page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const rows: (string | number)[][] = [['', ...CATEGORIES, 'less than full marks for']];
  for (const [page, form, headers] of [
    ['sign-in, phone', 'mobile', {}],
    ['sign-in, desk', 'desktop', {}],
    ['chat, phone', 'mobile', { cookie }],
    ['chat, desk', 'desktop', { cookie }],
  ] as const) {
    const { categories, audits } = await judge(`${server.url}/`, form, headers);
    const scores = CATEGORIES.map((category) => Math.round((categories[category]?.score ?? 0) * 100));
    const poor = Object.values(audits).filter(({ score }) => score !== null && score < 0.9);
    const said = poor.map(({ title, displayValue }) => [title, displayValue].filter(Boolean).join(': '));
    rows.push([page, ...scores, said.join('; ').replaceAll('|', '/')]);
  }
  await leave('4-lighthouse', `Lighthouse (${LIGHTHOUSE})`, table(rows));
});

async function judge(url: string, form: 'mobile' | 'desktop', headers: object): Promise<Report> {
  const flags = ['--headless=new', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  const { stdout } = await promisify(execFile)(
    'npx',
    [
      '--yes', LIGHTHOUSE, url, '--quiet', '--output=json', `--only-categories=${CATEGORIES.join(',')}`,
      ...(form === 'desktop' ? ['--preset=desktop'] : []),
      `--chrome-flags=${flags.join(' ')}`, `--extra-headers=${JSON.stringify(headers)}`,
    ],
    { env: { ...process.env, ...chromium() }, maxBuffer: 64 * 1024 * 1024 },
  );
  return JSON.parse(stdout) as Report;
}

function chromium(): Record<string, string> {
  return process.env.CONFAB_CHROMIUM ? { CHROME_PATH: process.env.CONFAB_CHROMIUM } : {};
}
