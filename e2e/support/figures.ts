/** Where figures go: each measurement leaves a piece, and at the end they are one page, `bench/BROWSER.md`. */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const PIECES = fileURLToPath(new URL('../test-results/figures/', import.meta.url));
const PAGE = fileURLToPath(new URL('../../bench/BROWSER.md', import.meta.url));

const HEAD = `# Figures of the browser

\`cargo xtask figures\` writes this page: the release server and its bundle, a Chromium without a window, all on one machine.
They are figures and no tests, and a machine that does other things at the same time makes them worse.
`;

/** The middle one. */
export function median(values: number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

/** A table in Markdown; the first row is its head. */
export function table(rows: (string | number)[][]): string {
  const [head = [], ...rest] = rows;
  return [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rest].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Leaves a piece of the page. Pieces stand in the order of their names. */
export async function leave(name: string, title: string, text: string): Promise<void> {
  await mkdir(PIECES, { recursive: true });
  await writeFile(`${PIECES}${name}.md`, `## ${title}\n\n${text}\n`);
  console.log(`${title}\n${text}`);
}

/** Makes the page of the pieces. */
export default async function gather(): Promise<void> {
  const names = await readdir(PIECES).catch(() => []);
  if (names.length === 0) return;
  const pieces = await Promise.all(names.sort().map((name) => readFile(PIECES + name, 'utf8')));
  const machine = `Measured on ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}).\n`;
  await writeFile(PAGE, [HEAD, machine, ...pieces].join('\n'));
}
