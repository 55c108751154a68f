/**
 * Somebody in front of a browser, who does what people do and sees what people see.
 *
 * The only place that knows how the app is labelled: a journey never names a selector.
 */
import { expect, type Locator, type Page } from '@playwright/test';

/** The window somebody looks through. */
export type Surroundings = {
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
  /** Without motion, for pictures and measurements. */
  still?: boolean;
};

/** How long the way back after a restart may take: the app waits longer between its tries. In milliseconds. */
const A_WAY_BACK = 30_000;

export class Person {
  /** What went wrong inside the page, unseen. */
  readonly errors: string[] = [];

  constructor(
    readonly name: string,
    readonly page: Page,
  ) {
    page.on('pageerror', (error) => this.errors.push(error.message));
  }

  // Coming and going

  /** Opens the app and waits until it is ready to be used. */
  async opens(path: string): Promise<void> {
    await this.page.goto(path);
    await expect(this.username().or(this.conversations())).toBeVisible();
  }

  /** Closes the browser. */
  async goes(): Promise<void> {
    await this.page.context().close();
  }

  /** The same browser, one more tab. */
  async opensSecondTab(): Promise<Person> {
    const tab = new Person(this.name, await this.page.context().newPage());
    await tab.opens('/');
    return tab;
  }

  // Who somebody is

  async signsIn(password?: string): Promise<void> {
    await this.triesToSignIn(this.name, password);
    await this.isSignedIn();
  }

  async triesToSignIn(name: string, password?: string): Promise<void> {
    await this.username().fill(name);
    if (password !== undefined) await this.password().fill(password);
    await this.page.getByRole('button', { name: 'Start chatting' }).click();
  }

  async signsInByKeyboard(): Promise<void> {
    await this.username().focus();
    await this.page.keyboard.type(this.name);
    await this.page.keyboard.press('Enter');
    await this.isSignedIn();
  }

  async isSignedIn(): Promise<void> {
    await expect(this.conversations()).toBeVisible();
  }

  /** The sign-in page says what is wrong. */
  async isRefused(why: RegExp): Promise<void> {
    await expect(this.page.getByRole('alert').filter({ hasText: why })).toBeVisible();
  }

  async isAskedForPassword(): Promise<void> {
    await expect(this.password()).toBeVisible();
  }

  async claimsName(password: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Keep this name' }).click();
    await this.password().fill(password);
    await this.page.getByRole('button', { name: 'Set password' }).click();
    await expect(this.page.getByRole('button', { name: 'Keep this name' })).toHaveCount(0);
  }

  async signsOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Sign out' }).click();
    await expect(this.username()).toBeVisible();
  }

  // Rooms

  /** A conversation in the list: by the room's name, or the other person's. */
  conversation(name: string): Locator {
    return this.conversations().getByRole('link', { name });
  }

  async enters(name: string): Promise<void> {
    await this.conversation(name).click();
    await expect(this.composer()).toBeVisible();
  }

  async makesRoom(name: string): Promise<void> {
    await this.opensDirectory();
    await this.page.getByRole('textbox', { name: 'Name of the new room' }).fill(name);
    await this.page.getByRole('button', { name: 'Create room' }).click();
    await expect(this.page.getByRole('heading', { name })).toBeVisible();
  }

  async opensDirectory(): Promise<void> {
    await this.page.getByRole('link', { name: 'Browse rooms' }).click();
    await expect(this.page.getByRole('heading', { name: 'Rooms' })).toBeVisible();
  }

  async joinsFromDirectory(name: string): Promise<void> {
    await this.opensDirectory();
    await this.page.getByRole('listitem').filter({ hasText: name }).getByRole('button', { name: 'Join' }).click();
    await expect(this.composer()).toBeVisible();
  }

  async leavesRoom(): Promise<void> {
    await this.page.getByRole('button', { name: 'Leave' }).click();
  }

  async writesTo(name: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Write to' }).fill(name);
    await this.page.keyboard.press('Enter');
    await expect(this.composer()).toBeVisible();
  }

  async seesMember(name: string): Promise<void> {
    await expect(this.members().getByText(name, { exact: true })).toBeVisible();
  }

  async seesMemberGone(name: string): Promise<void> {
    await expect(this.members().getByText(name, { exact: true })).toHaveCount(0);
  }

  // Words

  /** Sends a message and waits until the server has it. */
  async says(text: string): Promise<void> {
    await this.writes(text);
    await this.hasEverythingDelivered();
  }

  /** Sends a message and waits no longer than until it stands in the conversation. */
  async writes(text: string): Promise<void> {
    await this.composer().fill(text);
    await this.composer().press('Enter');
    await expect(this.composer()).toHaveValue('');
    await this.sees(text);
  }

  async startsWriting(text: string): Promise<void> {
    await this.composer().pressSequentially(text);
  }

  async hasEverythingDelivered(): Promise<void> {
    await expect(this.log().getByText('sending')).toHaveCount(0);
  }

  /** Sees exactly one message with this text. */
  async sees(text: string | RegExp, { from }: { from?: string } = {}): Promise<void> {
    const bodies = this.bodies().filter({ hasText: text });
    await expect(bodies).toHaveCount(1);
    await expect(bodies).toBeVisible();
    if (from !== undefined) {
      await expect(this.log().getByRole('article', { name: from }).filter({ hasText: text })).toHaveCount(1);
    }
  }

  async doesNotSee(text: string): Promise<void> {
    await expect(this.page.getByText(text)).toHaveCount(0);
  }

  /** The texts of the conversation, from top to bottom. */
  async messages(): Promise<string[]> {
    return this.bodies().allInnerTexts();
  }

  async scrollsUpTo(text: string): Promise<void> {
    await expect(async () => {
      await this.log().evaluate((log) => log.scrollTo({ top: 0 }));
      await expect(this.page.getByText(text, { exact: true })).toBeVisible({ timeout: 500 });
    }).toPass();
  }

  async seesTyping(name: string): Promise<void> {
    await expect(this.page.getByText(new RegExp(`${name} is typing`))).toBeVisible();
  }

  async seesNobodyTyping(): Promise<void> {
    await expect(this.page.getByText(/(is|are) typing/)).toHaveCount(0);
  }

  async seesUnread(name: string, count: number): Promise<void> {
    await expect(this.conversation(name)).toHaveAccessibleName(new RegExp(`${count} unread`));
  }

  async seesNothingUnread(name: string): Promise<void> {
    await expect(this.conversation(name)).not.toHaveAccessibleName(/unread/);
  }

  // Strangers

  async looksForStranger(): Promise<void> {
    await this.page.getByRole('link', { name: 'Random chat' }).click();
    await this.page.getByRole('button', { name: 'Find somebody' }).click();
  }

  async waitsForStranger(): Promise<void> {
    await expect(this.page.getByText(/looking for somebody/i)).toBeVisible();
  }

  async isPaired(): Promise<void> {
    await expect(this.composer()).toBeVisible();
  }

  async looksForNextStranger(): Promise<void> {
    await this.page.getByRole('button', { name: 'Next' }).click();
  }

  async leavesStranger(): Promise<void> {
    await this.page.getByRole('button', { name: 'Leave' }).click();
  }

  async seesStrangerLeft(): Promise<void> {
    await expect(this.page.getByText(/has left/)).toBeVisible();
  }

  // The connection

  async seesConnectionLost(): Promise<void> {
    await expect(this.banner()).toBeVisible({ timeout: A_WAY_BACK });
  }

  async isOnline(): Promise<void> {
    await expect(this.conversations()).toBeVisible();
    await expect(this.banner()).toBeHidden({ timeout: A_WAY_BACK });
  }

  // How the app is labelled

  private username(): Locator {
    return this.page.getByRole('textbox', { name: 'Username' });
  }

  private password(): Locator {
    return this.page.getByLabel('Password');
  }

  private conversations(): Locator {
    return this.page.getByRole('navigation', { name: 'Conversations' });
  }

  private composer(): Locator {
    return this.page.getByRole('textbox', { name: 'Message' });
  }

  private members(): Locator {
    return this.page.getByRole('list', { name: 'Members' });
  }

  private log(): Locator {
    return this.page.getByRole('log');
  }

  private bodies(): Locator {
    return this.log().locator('.message-body');
  }

  private banner(): Locator {
    return this.page.getByRole('status').filter({ hasText: /connection/i });
  }
}
