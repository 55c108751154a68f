/**
 * A Confab of a test's own: the real program, on a free port, with a data directory that is gone afterwards.
 *
 * It can be stopped as an operator would, killed as a power cut would, and started again on the same port and data.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = process.env.CONFAB_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), 'debug/confab');

/** How long a start or a clean stop may take, in milliseconds. */
const PATIENCE = 15_000;
/** How much of its output is kept to be shown with a failure, in lines. */
const KEPT_LINES = 400;

/** Listeners that hardly any journey needs. */
const OFF = { '--line-listen': 'off', '--tmp-listen': 'off' };

export class ConfabServer {
  /** Where the web app is, without a slash at the end. */
  url = '';
  /** What the server wrote, for the report of a failed test. */
  readonly log: string[] = [];
  private process: ChildProcess | undefined;

  private constructor(
    private readonly dataDir: string,
    private readonly flags: readonly string[],
  ) {}

  /** Starts a server with fresh data; what `flags` say holds in place of the fixture's own. */
  static async start(flags: readonly string[] = []): Promise<ConfabServer> {
    const dataDir = await mkdtemp(join(tmpdir(), 'confab-e2e-'));
    const server = new ConfabServer(dataDir, flags);
    await server.launch('127.0.0.1:0');
    return server;
  }

  /** The address of a WebSocket path such as `/ws/mike`. */
  socketUrl(path: string): string {
    return this.url.replace(/^http/, 'ws') + path;
  }

  /** SIGTERM, as an operator does; fails unless the server ends cleanly. */
  async stop(): Promise<void> {
    const process = this.running();
    const ended = once(process, 'exit', { signal: AbortSignal.timeout(PATIENCE) });
    process.kill('SIGTERM');
    const [code, signal] = await ended.catch(() => {
      process.kill('SIGKILL');
      throw new Error(`the server did not end within ${PATIENCE} ms of SIGTERM\n${this.log.join('\n')}`);
    });
    this.process = undefined;
    if (code !== 0) {
      throw new Error(`the server ended with ${signal ?? `code ${code}`} instead of cleanly\n${this.log.join('\n')}`);
    }
  }

  /** SIGKILL, as a power cut does. */
  async kill(): Promise<void> {
    const process = this.running();
    const ended = once(process, 'exit');
    process.kill('SIGKILL');
    await ended;
    this.process = undefined;
  }

  /** Starts again after `stop` or `kill`, on the same port and with the same data. */
  async startAgain(): Promise<void> {
    await this.launch(new URL(this.url).host);
  }

  /** The end of a test: a clean stop where the server still runs, and no data left behind. */
  async dispose(): Promise<void> {
    try {
      if (this.process) await this.stop();
    } finally {
      await rm(this.dataDir, { recursive: true, force: true });
    }
  }

  private running(): ChildProcess {
    if (!this.process) throw new Error('the server is not running');
    if (this.process.exitCode !== null || this.process.signalCode !== null) {
      throw new Error(`the server ended by itself\n${this.log.join('\n')}`);
    }
    return this.process;
  }

  private async launch(listen: string): Promise<void> {
    const own = Object.entries({ '--listen': listen, '--data-dir': this.dataDir, ...OFF });
    const settled = own.filter(([flag]) => !this.flags.includes(flag)).flat();
    // The server's settings may come from the environment; what is there now is meant for the tests.
    const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('CONFAB_'));
    const child = spawn(PROGRAM, ['serve', ...settled, ...this.flags], {
      cwd: ROOT,
      env: Object.fromEntries(environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    createInterface({ input: child.stderr! }).on('line', (line) => this.keep(line));
    const lines = createInterface({ input: child.stdout! });
    this.url = await new Promise<string>((found, failed) => {
      const tooLate = AbortSignal.timeout(PATIENCE);
      const fail = (why: string) => failed(new Error(`${PROGRAM}: ${why}\n${this.log.join('\n')}`));
      tooLate.addEventListener('abort', () => fail(`said no address within ${PATIENCE} ms`));
      child.on('error', (error) => fail(error.message));
      child.on('exit', (code, signal) => fail(`ended with ${signal ?? `code ${code}`} before it listened`));
      lines.on('line', (line) => {
        this.keep(line);
        const address = /^listening http (http:\/\/\S+)$/.exec(line)?.[1];
        if (address) found(address);
      });
    });
  }

  private keep(line: string): void {
    this.log.push(line);
    if (this.log.length > KEPT_LINES) this.log.shift();
  }
}
