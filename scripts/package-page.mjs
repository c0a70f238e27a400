// A page of examples/page in a browser: what is clicked, what it says, and everything that went wrong on the way.
import { ScriptError } from './process.mjs';

/** A training takes a second or two; a busy machine takes its time. */
const patience = 60_000;

/** Addresses may hold whole files. */
const shortened = (text) => (text.length > 300 ? `${text.slice(0, 300)}...` : text);

export class WatchedPage {
  /** Sentences. */
  problems = [];
  /** That it has made. */
  workers = 0;
  #page;

  /** @param {import('playwright-core').Browser} browser */
  static async open(browser, address) {
    const watched = new WatchedPage();
    watched.#page = await browser.newPage();
    watched.#page.setDefaultTimeout(patience);
    watched.#watch(new URL(address).origin);
    await watched.#page.goto(address);
    return watched;
  }

  #watch(origin) {
    const say = (problem) => this.problems.push(shortened(problem));
    this.#page.on('console', (message) => {
      if (['warning', 'error'].includes(message.type())) say(message.text());
    });
    this.#page.on('pageerror', ({ message }) => say(message));
    this.#page.on('worker', () => {
      this.workers += 1;
    });
    this.#page.on('request', (request) => {
      if (new URL(request.url()).origin !== origin) say(`asked of somewhere else: ${request.url()}`);
    });
    this.#page.on('requestfailed', (request) => say(`${request.failure()?.errorText}: ${request.url()}`));
    this.#page.on('response', (response) => {
      if (response.status() >= 400) say(`HTTP ${response.status()}: ${response.url()}`);
    });
  }

  click(button) {
    return this.#page.getByRole('button', { name: button }).click();
  }

  /** Waits until its status does. By a locator: the page's policy refuses what waitForFunction does. */
  async says(pattern) {
    const status = this.#page.getByRole('status');
    try {
      await status.filter({ hasText: pattern }).waitFor();
      return shortened(await status.textContent());
    } catch {
      this.problems.unshift(`It says no more than: ${shortened(await status.textContent())}`);
      throw new ScriptError(this.problems.join('\n'));
    }
  }

  /** What its status says when the training is over. */
  end() {
    return this.says(/^(?:Finished|Stopped|Failed)/);
  }

  /** As a screen reader has it. */
  firstChart() {
    return this.#page.getByRole('img').first().getAttribute('aria-label');
  }

  /** From now on, such files are not there. */
  refuse(pattern) {
    return this.#page.route(pattern, (route) => route.fulfill({ status: 404 }));
  }

  demandNothingWrong(said) {
    if (this.problems.length > 0) throw new ScriptError([said, ...this.problems].join('\n'));
  }

  close() {
    return this.#page.close();
  }
}
