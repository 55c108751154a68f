/**
 * Somebody in front of a browser, who does what people do and sees what people see.
 *
 * The only place that knows how the app is labelled: a journey never names a selector.
 */
import { expect, type Locator, type Page } from '@playwright/test';
import { Files } from './files';

/** The window somebody looks through. */
export type Surroundings = {
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
  /** Without motion, for pictures and measurements. */
  still?: boolean;
  /** A finger in place of a mouse. */
  touch?: boolean;
};

/** How long the way back after a restart may take: the app waits longer between its tries. In milliseconds. */
const A_WAY_BACK = 30_000;

/** A pattern for a text that is nothing but this one. */
function exactly(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

export class Person {
  /** What went wrong inside the page, unseen. */
  readonly errors: string[] = [];
  /** The files in this window. */
  readonly files: Files;

  constructor(
    readonly name: string,
    readonly page: Page,
  ) {
    this.files = new Files(page);
    page.on('pageerror', (error) => this.errors.push(error.message));
  }

  // Coming and going

  /** Opens the app and waits until it can be used. */
  async opens(path: string): Promise<void> {
    await this.page.goto(path);
    await this.isThere();
  }

  /** Presses reload and waits until the app can be used again. */
  async reloads(): Promise<void> {
    await this.page.reload();
    await this.isThere();
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
    if (password !== undefined) {
      if (!(await this.password().isVisible())) await this.button('I have a password').click();
      await this.password().fill(password);
    }
    await this.button(/^(Start chatting|Sign in)$/).click();
  }

  /** Types the name where the cursor is and presses Enter. */
  async signsInByKeyboard(): Promise<void> {
    await expect(this.username()).toBeFocused();
    await this.page.keyboard.type(this.name);
    await this.page.keyboard.press('Enter');
    await this.isSignedIn();
  }

  /** A conversation is open: the lobby for a newcomer, what was said last for others. */
  async isSignedIn(): Promise<void> {
    await expect(this.composer()).toBeVisible();
  }

  /** The sign-in page says what is wrong. */
  async isRefused(why: RegExp): Promise<void> {
    await expect(this.page.getByRole('alert').filter({ hasText: why })).toBeVisible();
  }

  async isAskedForPassword(): Promise<void> {
    await expect(this.password()).toBeFocused();
  }

  async opensAccount(): Promise<Locator> {
    await this.seesList();
    await this.button(`Account: ${this.name}`).click();
    const account = this.page.getByRole('dialog', { name: 'Account' });
    await expect(account).toBeVisible();
    return account;
  }

  async opensSettings(): Promise<void> {
    const account = await this.opensAccount();
    await account.getByRole('link', { name: 'All settings' }).click();
    await expect(this.page.getByRole('heading', { name: 'Settings', exact: true })).toBeVisible();
  }

  /** A part of the settings. */
  settings(part: string): Locator {
    return this.page.getByRole('region', { name: part, exact: true });
  }

  /** Opens the webhooks of the room that is open, as its owner may. */
  async opensWebhooks(room: string): Promise<Locator> {
    await this.button('Webhooks').click();
    const dialog = this.page.getByRole('dialog', { name: new RegExp(`^Webhooks of #?${room}$`) });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** Opens the panel that shows what passes between the page and the server. */
  async opensWire(): Promise<Locator> {
    await this.button('Wire').click();
    const wire = this.page.getByRole('region', { name: 'Wire' });
    await expect(wire).toBeVisible();
    return wire;
  }

  async claimsName(password: string): Promise<void> {
    const account = await this.opensAccount();
    await account.getByLabel('New password').fill(password);
    await account.getByRole('button', { name: 'Keep this name' }).click();
    await expect(account.getByText('Account, kept with a password')).toBeVisible();
    await account.getByRole('button', { name: 'Close' }).click();
  }

  async signsOut(): Promise<void> {
    const account = await this.opensAccount();
    await account.getByRole('button', { name: 'Sign out' }).click();
    await this.isSignedOut();
  }

  async isSignedOut(): Promise<void> {
    await expect(this.username()).toBeVisible();
  }

  // Rooms

  /** A conversation in the list: by the room's name, or the other person's. */
  conversation(name: string): Locator {
    return this.conversations().getByRole('link', { name: new RegExp(`^#?${name}(,|$)`) });
  }

  /** Where the window is too narrow for both, goes back from a conversation to the list. */
  async seesList(): Promise<void> {
    const back = this.page.getByRole('link', { name: 'Back to conversations' });
    await expect(back.or(this.conversations()).filter({ visible: true })).not.toHaveCount(0);
    if (await back.isVisible()) await back.click();
    await expect(this.conversations()).toBeVisible();
  }

  async enters(name: string): Promise<void> {
    await this.seesList();
    await this.conversation(name).click();
    await this.isIn(name);
  }

  /** Has this conversation before the eyes. */
  async isIn(name: string): Promise<void> {
    await expect(this.page.getByRole('main').getByRole('heading', { name: new RegExp(`^#?${name}$`) })).toBeVisible();
    // This conversation's field, and not that of the one before.
    await expect(this.composer()).toHaveAccessibleName(new RegExp(`^Message #?${name}$`));
  }

  async makesRoom(name: string): Promise<void> {
    await this.seesList();
    await this.button('Create a room').click();
    const dialog = this.page.getByRole('dialog', { name: 'Create a room' });
    await dialog.getByLabel('Name', { exact: true }).fill(name);
    await dialog.getByRole('button', { name: 'Create' }).click();
    await this.isIn(name);
  }

  /** Makes a group, whose owner this is then. */
  async makesGroup(name: string): Promise<void> {
    await this.seesList();
    await this.button('Create a room').click();
    const dialog = this.page.getByRole('dialog', { name: 'Create a room' });
    await dialog.getByLabel('Name', { exact: true }).fill(name);
    await dialog.getByText('Private group').click();
    await dialog.getByRole('button', { name: 'Create' }).click();
    await this.isIn(name);
  }

  async bringsIn(name: string): Promise<void> {
    await this.seesMembers();
    await this.members().getByLabel('Add somebody').fill(name);
    await this.members().getByRole('button', { name: 'Add', exact: true }).click();
    await expect(this.members().getByRole('link', { name: `Write to ${name}, online` })).toBeVisible();
  }

  async takesOut(name: string): Promise<void> {
    await this.members().getByRole('button', { name: `Remove ${name}`, exact: true }).click();
    await expect(this.members().getByText(name, { exact: true })).toHaveCount(0);
  }

  /** Deletes the open conversation for everybody. */
  async deletesRoom(name: string): Promise<void> {
    await this.seesMembers();
    await this.members().getByRole('button', { name: `Delete ${name}` }).click();
    await this.members().getByRole('button', { name: `Really delete ${name} for everybody` }).click();
    await expect(this.conversation(name)).toHaveCount(0);
  }

  async opensDirectory(): Promise<void> {
    await this.seesList();
    await this.conversations().getByRole('link', { name: 'Browse rooms' }).click();
    await expect(this.page.getByRole('heading', { name: 'Browse rooms' })).toBeVisible();
    await expect(this.page.getByText('#lobby').last()).toBeVisible();
  }

  async joinsFromDirectory(name: string): Promise<void> {
    await this.opensDirectory();
    await this.button(`Join #${name}`).click();
    await this.isIn(name);
  }

  async leavesRoom(name: string): Promise<void> {
    await this.members().getByRole('button', { name: `Leave #${name}` }).click();
  }

  /** Begins a conversation with somebody by name. */
  async writesTo(name: string): Promise<void> {
    await this.seesList();
    await this.button('Write to somebody').click();
    const dialog = this.page.getByRole('dialog', { name: 'Write to somebody' });
    await dialog.getByLabel('Username').fill(name);
    await dialog.getByRole('button', { name: 'Open conversation' }).click();
    await this.isIn(name);
  }

  /** Where the members are not beside the conversation already, opens the panel with them. */
  async seesMembers(): Promise<void> {
    if (!(await this.members().isVisible())) await this.button(/^Members, /).click();
    await expect(this.members()).toBeVisible();
  }

  async seesOnline(name: string): Promise<void> {
    await expect(this.members().getByRole('link', { name: `Write to ${name}, online` })).toBeVisible();
  }

  async seesNoLongerOnline(name: string): Promise<void> {
    await expect(this.members().getByRole('link', { name: `Write to ${name}, online` })).toHaveCount(0);
  }

  // Words

  /** Sends a message and waits until the server has it. */
  async says(text: string): Promise<void> {
    await this.writes(text);
    await expect(this.message(text).getByRole('img', { name: 'Sent', exact: true })).toBeVisible();
    await this.hasEverythingDelivered();
  }

  /** Sends a message and waits no longer than until it stands in the conversation. */
  async writes(text: string): Promise<void> {
    await this.composer().fill(text);
    await this.composer().press('Enter');
    await expect(this.composer()).toHaveValue('');
    await this.sees(text);
  }

  /** Sends a message whose text will not stand there as it was written. */
  async writesRaw(text: string): Promise<void> {
    await this.composer().fill(text);
    await this.composer().press('Enter');
    await expect(this.composer()).toHaveValue('');
    await this.hasEverythingDelivered();
  }

  /** What stands in the field where one writes. */
  async hasWritten(text: string): Promise<void> {
    await expect(this.composer()).toHaveValue(text);
  }

  /** What fits the word that is being written. */
  proposals(): Locator {
    return this.page.getByRole('listbox', { name: 'Proposals' }).getByRole('option');
  }

  /** Opens the panel with emoji, looks for one and picks it. */
  async picksEmoji(word: string, emoji: string): Promise<void> {
    await this.button('Emoji').click();
    const panel = this.page.getByRole('dialog', { name: 'Emoji' });
    await panel.getByLabel('Search emoji').fill(word);
    await panel.getByText(emoji, { exact: true }).click();
    await expect(panel).toHaveCount(0);
  }

  async startsWriting(text: string): Promise<void> {
    await this.composer().pressSequentially(text);
  }

  /** The server has everything that was written here. */
  async hasEverythingDelivered(): Promise<void> {
    await expect(this.log().getByRole('img', { name: /^(Waiting to be sent|Sending)$/ })).toHaveCount(0);
    await expect(this.log().getByText('Not sent')).toHaveCount(0);
  }

  /** Sees exactly one message with this text. */
  async sees(text: string | RegExp, { from }: { from?: string } = {}): Promise<void> {
    const body = this.bodies(from).filter({ hasText: typeof text === 'string' ? exactly(text) : text });
    await expect(body).toHaveCount(1);
    await expect(body).toBeVisible();
  }

  async doesNotSee(text: string): Promise<void> {
    await expect(this.page.getByText(text)).toHaveCount(0);
  }

  /** Reads the whole conversation, scrolling from its beginning to its end: what stands there in its order. */
  async readsFromTheBeginning(): Promise<string[]> {
    await this.scrollsToBeginning();
    return this.log().evaluate(async (log) => {
      const read = new Map<number, string>();
      const frame = () => new Promise((next) => requestAnimationFrame(next));
      log.scrollTop = 0;
      await frame();
      await frame();
      for (;;) {
        for (const message of log.querySelectorAll<HTMLElement>('article[data-seq]')) {
          read.set(Number(message.dataset.seq), message.querySelector('p')?.innerText ?? '');
        }
        const before = log.scrollTop;
        log.scrollTop += log.clientHeight / 2;
        await frame();
        await frame();
        if (log.scrollTop === before) break;
      }
      return [...read].sort(([one], [other]) => one - other).map(([, text]) => text);
    });
  }

  /** How many messages the page really holds, seen or not. */
  async drawnMessages(): Promise<number> {
    return this.log().getByRole('article').count();
  }

  /** Was led to a message, and has it before the eyes. */
  async isLedTo(text: string): Promise<void> {
    await expect(this.message(text)).toBeInViewport();
    await expect(this.message(text)).toHaveAttribute('data-marked', 'true');
  }

  /** The line above what has not been read. */
  newMessagesLine(): Locator {
    return this.log().getByRole('separator', { name: 'New messages' });
  }

  /** The texts of the conversation that are near the view, from top to bottom. */
  async messages(): Promise<string[]> {
    return this.bodies().allInnerTexts();
  }

  /** The message with exactly this text. */
  message(text: string): Locator {
    const paragraph = this.page.getByRole('paragraph').filter({ hasText: exactly(text) });
    return this.log().getByRole('article').filter({ has: paragraph });
  }

  // What can be done with a message

  /** Points at a message: the bar with what can be done with it. */
  async pointsAt(text: string): Promise<Locator> {
    await this.message(text).hover();
    const bar = this.message(text).getByRole('toolbar', { name: 'Actions for this message' });
    await expect(bar).toBeVisible();
    return bar;
  }

  async repliesTo(text: string, answer: string): Promise<void> {
    await (await this.pointsAt(text)).getByRole('button', { name: 'Reply' }).click();
    await expect(this.page.getByText(/^Replying to /)).toBeVisible();
    await this.writesRaw(answer);
  }

  async beginsToEdit(text: string): Promise<void> {
    await (await this.pointsAt(text)).getByRole('button', { name: 'Edit' }).click();
    await this.hasWritten(text);
  }

  async edits(text: string, better: string): Promise<void> {
    await this.beginsToEdit(text);
    await this.writesRaw(better);
    await this.sees(better);
  }

  async deletes(text: string): Promise<void> {
    const bar = await this.pointsAt(text);
    await bar.getByRole('button', { name: 'Delete' }).click();
    await bar.getByRole('button', { name: 'Really delete' }).click();
    await expect(this.message(text)).toHaveCount(0);
  }

  async reactsTo(text: string, emoji: string): Promise<void> {
    await (await this.pointsAt(text)).getByRole('button', { name: `React with ${emoji}` }).click();
  }

  /** An emoji under a message, called by who put it there. */
  reaction(text: string, name: string): Locator {
    return this.message(text).getByRole('button', { name, exact: true });
  }

  // Files; more of it in `this.files`

  /** Says what is attached without a word. */
  async sendsFiles(): Promise<void> {
    await this.composer().press('Enter');
    await expect(this.page.getByRole('list', { name: 'Attached files' })).toHaveCount(0);
    await this.hasEverythingDelivered();
  }

  // Finding one's way

  /** Types a few letters into the quick switcher and goes to the first that fits. */
  async switchesTo(letters: string, name: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    const switcher = this.page.getByRole('dialog', { name: 'Go to' });
    await expect(switcher.getByRole('combobox')).toBeFocused();
    await this.page.keyboard.type(letters);
    await expect(switcher.getByRole('option', { name }).first()).toHaveAttribute('aria-selected', 'true');
    await this.page.keyboard.press('Enter');
    await expect(switcher).toBeHidden();
    await this.isIn(name);
  }

  /** Looks for words; the panel with what is found. */
  async searchesFor(words: string): Promise<Locator> {
    await this.page.keyboard.press('Control+Shift+F');
    const search = this.page.getByRole('dialog', { name: 'Search' });
    await search.getByLabel('Words').fill(words);
    await search.getByRole('button', { name: 'Search', exact: true }).click();
    return search;
  }

  /** Where on the screen a message stands, in pixels from the top. */
  async placeOf(text: string): Promise<number> {
    return this.message(text).evaluate((message) => message.getBoundingClientRect().top);
  }

  /** Scrolls up until a message stands in the middle, so that the end is out of sight. */
  async scrollsBackTo(text: string): Promise<void> {
    await this.message(text).evaluate((message) => message.scrollIntoView({ block: 'center', behavior: 'instant' }));
    await expect(this.button('Jump to newest')).toBeVisible();
  }

  async jumpsToNewest(): Promise<void> {
    await this.button('Jump to newest').click();
  }

  /** Scrolls up, again and again, until the beginning of the conversation is there. */
  async scrollsToBeginning(): Promise<void> {
    await expect(async () => {
      await this.log().hover();
      await this.page.mouse.wheel(0, -5_000);
      await expect(this.page.getByText(/^This is where .* begins\.$/)).toBeVisible({ timeout: 250 });
    }).toPass();
  }

  async seesTyping(name: string): Promise<void> {
    await expect(this.page.getByText(`${name} is typing`)).toBeVisible();
  }

  async seesNobodyTyping(): Promise<void> {
    await expect(this.page.getByText(/(is|are) typing/)).toHaveCount(0);
  }

  async seesUnread(name: string, count: number): Promise<void> {
    await expect(this.conversation(name)).toHaveAccessibleName(new RegExp(`, ${count} unread$`));
  }

  async seesNothingUnread(name: string): Promise<void> {
    await expect(this.conversation(name)).not.toHaveAccessibleName(/unread/);
  }

  // Strangers

  async looksForStranger(): Promise<void> {
    await this.seesList();
    await this.conversations().getByRole('link', { name: 'Random chat' }).click();
    await this.button('Find somebody').click();
  }

  async waitsForStranger(): Promise<void> {
    await expect(this.button('Stop looking')).toBeVisible();
    await expect(this.composer()).toHaveCount(0);
  }

  async isPairedWith(name: string): Promise<void> {
    await this.isIn(name);
    await expect(this.button('Next')).toBeVisible();
  }

  async looksForNextStranger(): Promise<void> {
    await this.button('Next').click();
  }

  async leavesStranger(): Promise<void> {
    await this.button('Leave').click();
    await expect(this.button('Find somebody')).toBeVisible();
  }

  /** Reports the partner with one of the messages. */
  async reportsStranger(note: string, message: string): Promise<void> {
    await this.button('Report or block').click();
    const dialog = this.page.getByRole('dialog', { name: 'Report or block' });
    await dialog.getByLabel('What happened').fill(note);
    await dialog.getByRole('checkbox', { name: new RegExp(message) }).check();
    await dialog.getByRole('button', { name: 'Send the report' }).click();
    await expect(this.page.getByText('The report is with those who run this server.')).toBeVisible();
  }

  async blocksStranger(): Promise<void> {
    await this.button('Report or block').click();
    await this.button('Block and leave').click();
    await expect(this.button('Find somebody')).toBeVisible();
  }

  async seesStrangerLeft(): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'The other has left' })).toBeVisible();
  }

  // The connection

  async seesConnectionLost(): Promise<void> {
    await expect(this.banner()).toBeVisible({ timeout: A_WAY_BACK });
  }

  async isOnline(): Promise<void> {
    await expect(this.banner()).toHaveCount(0, { timeout: A_WAY_BACK });
  }

  // How the app is labelled

  /** The app has arrived and knows who sits in front of it. */
  private async isThere(): Promise<void> {
    await expect(this.page.locator('body[data-ready]')).toBeAttached({ timeout: 20_000 });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
  }

  username(): Locator {
    return this.page.getByRole('main').getByLabel('Username');
  }

  password(): Locator {
    return this.page.getByRole('main').getByLabel('Password', { exact: true });
  }

  private conversations(): Locator {
    return this.page.getByRole('navigation', { name: 'Conversations' });
  }

  composer(): Locator {
    return this.page.getByRole('textbox', { name: /^Message / });
  }

  members(): Locator {
    return this.page.getByRole('region', { name: 'Members' });
  }

  /** What was said in the open conversation. */
  log(): Locator {
    return this.page.getByRole('log', { name: /^Messages in / });
  }

  /** What was said, by everybody or by one. */
  private bodies(from?: string): Locator {
    const by = from === undefined ? {} : { name: new RegExp(`^${from}, `) };
    return this.log().getByRole('article', by).getByRole('paragraph');
  }

  private banner(): Locator {
    return this.page.getByRole('status').filter({ hasText: 'Connection lost.' });
  }
}
