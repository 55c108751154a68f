/**
 * Somebody who chats with a WebSocket tool: `GET /ws/{username}`, frames `{"p": partner, "m": message}`.
 */
import { once } from 'node:events';
import WebSocket from 'ws';
import type { ConfabServer } from './server';

/** What arrives: a message, something to know, or a complaint. */
export type PostmanFrame = { p?: string; m?: string; from?: string; info?: string; error?: string };

const PATIENCE = 10_000;

export class PostmanClient {
  private readonly arrived: PostmanFrame[] = [];
  private wake: (() => void) | undefined;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data) => {
      this.arrived.push(JSON.parse(data.toString()) as PostmanFrame);
      this.wake?.();
    });
  }

  /** Connects under `name`, with a password where the name is an account. */
  static async connect(server: ConfabServer, name: string, password?: string): Promise<PostmanClient> {
    const auth = password === undefined ? {} : { auth: `${name}:${password}` };
    const socket = new WebSocket(server.socketUrl(`/ws/${encodeURIComponent(name)}`), auth);
    const client = new PostmanClient(socket);
    await once(socket, 'open', { signal: AbortSignal.timeout(PATIENCE) });
    return client;
  }

  /** Says `message` to `partner`: a username, or `#room`. */
  says(partner: string, message: string): void {
    this.socket.send(JSON.stringify({ p: partner, m: message }));
  }

  /** The server has taken everything that was said here until now: it answers in the order in which it is asked. */
  async hasBeenHeard(): Promise<void> {
    this.says('nobody', 'that was all');
    await this.gets({ info: 'nobody is offline. Message saved.' });
  }

  /** The next frame that has all of `wanted`; others before it are passed over. */
  async gets(wanted: PostmanFrame): Promise<PostmanFrame> {
    const tooLate = AbortSignal.timeout(PATIENCE);
    for (;;) {
      while (this.arrived.length > 0) {
        const frame = this.arrived.shift()!;
        if (Object.entries(wanted).every(([key, value]) => frame[key as keyof PostmanFrame] === value)) return frame;
      }
      await new Promise<void>((again, failed) => {
        this.wake = again;
        const give = () => failed(new Error(`no frame with ${JSON.stringify(wanted)} within ${PATIENCE} ms`));
        if (tooLate.aborted) give();
        tooLate.addEventListener('abort', give, { once: true });
      });
    }
  }

  async leaves(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }
}
