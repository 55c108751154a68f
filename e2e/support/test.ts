/**
 * What every journey starts from: a server of its own, and people who come to it, each in a browser of their own.
 *
 * A journey fails, beside its own expectations, where a page throws an error or the server does not end cleanly.
 */
import { test as base, type Browser } from '@playwright/test';
import { Person, type Surroundings } from './person';
import { PostmanClient } from './postman';
import { ConfabServer } from './server';

export { expect } from '@playwright/test';

type Fixtures = {
  /** Flags of the server, in place of the fixture's own where both set one; by `test.use({ flags: […] })`. */
  flags: string[];
  /** The server of this test. */
  server: ConfabServer;
  /** Somebody new, with the app open and not signed in. */
  newcomer: (name: string, surroundings?: Surroundings) => Promise<Person>;
  /** Somebody who has signed in as a guest. */
  guest: (name: string, surroundings?: Surroundings) => Promise<Person>;
  /** Somebody who chats with a WebSocket tool. */
  postman: (name: string, password?: string) => Promise<PostmanClient>;
};

export const test = base.extend<Fixtures>({
  flags: [[], { option: true }],

  server: async ({ flags }, use, testInfo) => {
    const server = await ConfabServer.start(flags);
    await use(server);
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('server.log', { body: server.log.join('\n'), contentType: 'text/plain' });
    }
    await server.dispose();
  },

  newcomer: async ({ browser, server }, use) => {
    const people: Person[] = [];
    await use(async (name, surroundings = {}) => {
      const person = await arrive(browser, server, name, surroundings);
      people.push(person);
      return person;
    });
    for (const person of people) await person.goes();
    const errors = people.flatMap((person) => person.errors.map((error) => `${person.name}: ${error}`));
    if (errors.length > 0) throw new Error(`errors on the page:\n${errors.join('\n')}`);
  },

  guest: async ({ newcomer }, use) => {
    await use(async (name, surroundings) => {
      const person = await newcomer(name, surroundings);
      await person.signsIn();
      return person;
    });
  },

  postman: async ({ server }, use) => {
    const clients: PostmanClient[] = [];
    await use(async (name, password) => {
      const client = await PostmanClient.connect(server, name, password);
      clients.push(client);
      return client;
    });
    for (const client of clients) await client.leaves();
  },
});

async function arrive(browser: Browser, server: ConfabServer, name: string, where: Surroundings): Promise<Person> {
  const context = await browser.newContext({
    baseURL: server.url,
    colorScheme: where.theme ?? 'light',
    viewport: { width: where.width ?? 1280, height: where.height ?? 800 },
    reducedMotion: where.still ? 'reduce' : 'no-preference',
    hasTouch: where.touch ?? false,
    isMobile: where.touch ?? false,
  });
  const person = new Person(name, await context.newPage());
  await person.opens('/');
  return person;
}
