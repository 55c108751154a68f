/**
 * The line between a page and its server: what the page says on it can be held back, as a slow network does.
 */
import type { Page, WebSocketRoute } from '@playwright/test';

export class Line {
  private held: (string | Buffer)[] | undefined;
  private server: WebSocketRoute | undefined;

  private constructor() {}

  /** Stands in the line of a page from its next connection on. */
  static async of(page: Page): Promise<Line> {
    const line = new Line();
    await page.routeWebSocket('**/api/ws', (browser) => {
      const server = browser.connectToServer();
      line.server = server;
      browser.onMessage((frame) => {
        if (line.held) line.held.push(frame);
        else server.send(frame);
      });
    });
    return line;
  }

  /** From now on nothing that the page says arrives. */
  holds(): void {
    this.held = [];
  }

  /** What was held back arrives, in its order, and so does everything from here on. */
  letsGo(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const frame of held) this.server?.send(frame);
  }
}
