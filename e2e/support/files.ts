/**
 * Files as people have them: made here, given to a page by its file input, by a paste or by a drop; and how the app is
 * labelled where it is about files.
 */
import { deflateSync } from 'node:zlib';
import { expect, type CDPSession, type Locator, type Page } from '@playwright/test';

/** A file somebody has. */
export type Having = { name: string; mimeType: string; buffer: Buffer };

/** A picture of one colour, as PNG. */
export function picture(name: string, width: number, height: number, colour: [number, number, number] = [11, 114, 104]): Having {
  const line = Buffer.concat([Buffer.from([0]), ...Array.from({ length: width }, () => Buffer.from(colour))]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a channel, red, green and blue.
  header.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => line)));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const buffer = Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
  return { name, mimeType: 'image/png', buffer };
}

/** A plain text of so many bytes. */
export function text(name: string, bytes: number): Having {
  return { name, mimeType: 'text/plain', buffer: Buffer.alloc(bytes, 'all work and no play makes jack a dull boy\n') };
}

/** What somebody does with files in the app, and sees of them. */
export class Files {
  private network: CDPSession | undefined;

  constructor(private readonly page: Page) {}

  /** Chooses files from the device, as by the button. */
  async chooses(files: Having[]): Promise<void> {
    await this.page.locator('input[type=file]').setInputFiles(files);
  }

  async pastes(files: Having[]): Promise<void> {
    await carry(this.page.getByRole('textbox', { name: /^Message / }), 'paste', files);
  }

  /** Drags files over the conversation, where they may be dropped. */
  async dragsOver(files: Having[]): Promise<Locator> {
    const zone = this.page.getByText(/^Drop to attach to /);
    // A browser tells of files over the page again and again.
    await expect(async () => {
      await carry(this.log, 'dragover', files);
      await expect(zone).toBeVisible({ timeout: 500 });
    }).toPass();
    return zone;
  }

  async drops(files: Having[]): Promise<void> {
    const zone = await this.dragsOver(files);
    await carry(zone, 'drop', files);
    await expect(zone).toHaveCount(0);
  }

  /** A file that is attached to what is being written. */
  attachment(name: string): Locator {
    const list = this.page.getByRole('list', { name: 'Attached files' });
    return list.getByRole('listitem').filter({ hasText: name });
  }

  /** These files are attached and with the server. */
  async hasAttached(names: string[]): Promise<void> {
    for (const name of names) {
      await expect(this.attachment(name).getByRole('button', { name: `Remove ${name}`, exact: true })).toBeVisible();
    }
  }

  attachButton(): Locator {
    return this.page.getByRole('button', { name: 'Attach files', exact: true });
  }

  /** A picture in the conversation. */
  picture(name: string): Locator {
    return this.log.getByRole('button', { name: `Enlarge ${name}`, exact: true });
  }

  /** A picture has come and is drawn. */
  async seesPicture(name: string): Promise<void> {
    const image = this.picture(name).locator('img');
    await expect(image).toHaveJSProperty('complete', true);
    expect(await image.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  }

  /** Another file in the conversation. */
  file(name: string): Locator {
    return this.log.getByRole('link', { name: new RegExp(`^Download ${name} `) });
  }

  /** From now on little leaves this browser at a time. */
  async hasSlowUploads(): Promise<void> {
    this.network ??= await this.page.context().newCDPSession(this.page);
    await this.network.send('Network.enable');
    await this.limitsUploads(20_000);
  }

  async hasFastUploads(): Promise<void> {
    await this.limitsUploads(-1);
  }

  private async limitsUploads(uploadThroughput: number): Promise<void> {
    const limits = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput };
    await this.network?.send('Network.emulateNetworkConditions', limits);
  }

  private get log(): Locator {
    return this.page.getByRole('log', { name: /^Messages in / });
  }
}

/** Lets something happen to an element that carries files: `paste`, `dragover`, `drop`. */
async function carry(target: Locator, event: 'paste' | 'dragover' | 'drop', files: Having[]): Promise<void> {
  const carried = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString('base64') }));
  await target.evaluate(
    (element, { event, carried }) => {
      const data = new DataTransfer();
      for (const { name, mimeType, base64 } of carried) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], name, { type: mimeType }));
      }
      const about = { bubbles: true, cancelable: true };
      element.dispatchEvent(
        event === 'paste'
          ? new ClipboardEvent(event, { ...about, clipboardData: data })
          : new DragEvent(event, { ...about, dataTransfer: data }),
      );
    },
    { event, carried },
  );
}

function chunk(kind: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), content]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(content.length, 0);
  around.writeUInt32BE(checksum(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}

/** CRC-32, as PNG has it. */
function checksum(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
