/** Somebody else's server, to which a webhook posts: it takes everything and remembers it. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@playwright/test';

export type Post = { headers: IncomingHttpHeaders; body: string };

export class Receiver {
  private readonly posts: Post[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (part: string) => (body += part));
      request.on('end', () => {
        this.posts.push({ headers: request.headers, body });
        response.writeHead(204).end();
      });
    });
  }

  static async listen(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new Receiver(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/told`;
  }

  /** The first post that says this. */
  async gets(what: RegExp): Promise<Post> {
    const found = () => this.posts.find(({ body }) => what.test(body));
    await expect.poll(found).toBeTruthy();
    return found() as Post;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}
