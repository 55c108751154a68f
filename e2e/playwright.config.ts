/**
 * How the journeys run: in the Chromium that `cargo xtask test browser` found, each against a server of its own on
 * free ports, so that any number of them may run at once. Two workers, because two cores are the least to expect.
 */
import { defineConfig, devices } from '@playwright/test';

const asRoot = process.getuid?.() === 0;
const chromium = process.env.CONFAB_CHROMIUM;

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  // On a busy machine of others a journey gets a second chance; `cargo xtask test browser` names it then.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: !!process.env.CI,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [
    ['list'],
    ['junit', { outputFile: process.env.CONFAB_E2E_REPORT ?? 'test-results/junit.xml', includeRetries: true }],
  ],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1280, height: 800 },
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    trace: 'retain-on-failure',
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: [
        ...(asRoot ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-gpu',
        '--disable-quic',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
