/** The page as a whole: hears its buttons and its trainer, and shows what there is. */
import { element } from '../../charts/dom.js';
import { onTheme } from '../../charts/theme.js';
import { linkOf, settingOfLink } from '../setting/link.js';
import type { Setting } from '../setting/setting.js';
import type { FromTrainer, OfRun, ToTrainer } from '../training/protocol.js';
import { showBits } from './bits.js';
import { Curves } from './curves.js';
import { DigitView } from './digitView.js';
import { byId } from './element.js';
import { SettingForm } from './form.js';
import { LanePanel } from './lanePanel.js';
import { LaneRecord } from './laneRecord.js';
import { keyOf } from './methodKey.js';
import { NumbersTable } from './numbers.js';
import { Painter } from './painter.js';
import { may, nextPhase, type Phase, type PhaseEvent } from './phase.js';
import { statusOf } from './status.js';

const buttons = { run: 'run', pause: 'pause', step: 'step', reset: 'prepare' } as const satisfies Record<
  string,
  PhaseEvent
>;

/** Of a link, that are told. */
const mostProblems = 4;
/** When there is something to look at, which only the visitor puts away. */
const kept: readonly Phase[] = ['running', 'paused', 'finished'];

export class Playground {
  readonly #say: (message: ToTrainer) => void;
  readonly #painter = new Painter();
  readonly #curves = new Curves(byId('charts'));
  readonly #form: SettingForm;
  readonly #digit: DigitView;
  #setting: Setting;
  /** Wanted for the next training; the same as `#setting` when nothing has been changed since. */
  #wanted: Setting;
  #phase: Phase = 'preparing';
  #run = 0;
  #records: LaneRecord[] = [];
  #panels: LanePanel[] = [];
  #numbers: NumbersTable | null = null;
  #steps = 1;
  #problem = '';
  #machine = '';
  #isTrainerThere = false;

  constructor(say: (message: ToTrainer) => void) {
    this.#say = say;
    const { setting, problems } = settingOfLink(location.hash);
    this.#setting = setting;
    this.#wanted = setting;
    this.#form = new SettingForm(byId('setting'), (changed) => this.#want(changed));
    this.#digit = new DigitView((digit) => say({ kind: 'watch', digit }));
    for (const [id, event] of Object.entries(buttons)) byId(id).addEventListener('click', () => this.#press(event));
    // Until here, nobody would have heard them.
    // Where it is narrower than its table, keys scroll it.
    byId('now').tabIndex = 0;
    for (const id of ['link', 'clear', 'another']) byId<HTMLButtonElement>(id).disabled = false;
    byId('link').addEventListener('click', () => void this.#copyLink());
    addEventListener('hashchange', () => this.#follow());
    document.addEventListener('resume', () => {
      this.#note('The browser had stopped this page while it was hidden; a training goes on from where it was.');
    });
    // Charts follow the colours of the screen by themselves; keys beside the methods' names do not.
    onTheme(() => {
      this.#lay();
      // Paper does not wait.
      this.#painter.flush();
    });
    this.#form.show(setting);
    this.#prepare();
    this.#noteLink(problems);
  }

  hear(news: FromTrainer): void {
    this.#isTrainerThere = true;
    if (news.kind === 'engine') {
      const { build, threads, atOnce } = news;
      const kernels = build === 'threads' ? 'with threads' : 'on one thread, as the page is not cross-origin isolated';
      const each = `${threads} ${threads === 1 ? 'thread' : 'threads'} for each network, ${atOnce} at a time`;
      this.#machine = `WebAssembly ${kernels}: ${each}.`;
      byId('machine').textContent = this.#machine;
      return;
    }
    // Of a training that has been reset since.
    if (news.run === this.#run) this.#hearOfRun(news);
  }

  /** The trainer itself has failed: before it ever spoke for good, as it could not be loaded. */
  hearError(message: string): void {
    this.#fail(this.#isTrainerThere ? 'failed' : 'broken', message);
  }

  #fail(event: 'failed' | 'broken', message: string): void {
    this.#problem = message.endsWith('.') ? message : `${message}.`;
    this.#move(event);
  }

  #hearOfRun(news: OfRun): void {
    switch (news.kind) {
      case 'prepared':
        this.#begin(news);
        this.#move('prepared');
        break;
      case 'failed':
        this.#fail('failed', news.message);
        break;
      case 'answers':
        this.#records[news.lane]?.take(news);
        this.#digit.take(news.digit);
        this.#paint(this.#digit.draw, this.#panels[news.lane]?.draw, this.#curves.rates);
        break;
      default:
        this.#records[news.lane]?.take(news);
        this.#show(news.kind);
    }
  }

  #begin({ lanes, steps }: Extract<OfRun, { kind: 'prepared' }>): void {
    this.#steps = steps;
    this.#records = lanes.map((info) => new LaneRecord(info));
    const sizes = lanes.map(({ method, megabytes }) => `${method} ${Math.ceil(megabytes)} MB`);
    byId('machine').textContent = `${this.#machine} Memory to train: ${sizes.join(', ')}.`;
    this.#curves.begin(this.#records);
    this.#lay();
  }

  /** Puts everything there anew, in the colours of the screen. */
  #lay(): void {
    this.#panels = this.#records.map((record) => new LanePanel(record));
    byId('lanes').replaceChildren(...this.#panels.map(({ element }) => element));
    byId('legend').replaceChildren(
      ...this.#records.map(({ info: { method } }) => element('li', {}, keyOf(method), method)),
    );
    this.#numbers = new NumbersTable(byId<HTMLTableElement>('numbers'), this.#records, this.#steps);
    showBits(this.#setting, this.#records);
    this.#drawStatus();
    this.#paint(...this.#curves.all, this.#numbers.draw, this.#drawProgress, this.#digit.draw);
    this.#paint(...this.#panels.map(({ draw }) => draw));
  }

  #show(kind: 'step' | 'gradients' | 'epoch' | 'finished'): void {
    const { accuracy, loss, gradients } = this.#curves;
    if (kind === 'step') this.#paint(this.#numbers?.draw, this.#drawProgress, accuracy, loss);
    if (kind === 'gradients') this.#paint(gradients);
    if (kind === 'epoch') {
      this.#paint(this.#numbers?.draw, accuracy);
      this.#drawStatus();
    }
    if (kind !== 'finished') return;
    showBits(this.#setting, this.#records);
    if (this.#records.every(({ weightsSha256 }) => weightsSha256 !== null)) this.#move('finished');
  }

  #paint(...things: ((() => void) | undefined)[]): void {
    for (const draw of things) if (draw !== undefined) this.#painter.request(draw);
  }

  readonly #drawProgress = (): void => {
    const done = this.#records.reduce((sum, { last }) => sum + (last?.step ?? 0), 0);
    byId<HTMLProgressElement>('progress').value = done / (this.#steps * Math.max(1, this.#records.length));
  };

  #press(event: (typeof buttons)[keyof typeof buttons]): void {
    if (!may(this.#phase, event)) return;
    this.#note('');
    if (event === 'prepare') {
      this.#prepare();
      return;
    }
    this.#move(event);
    this.#say({ kind: event });
  }

  #prepare(): void {
    this.#setting = this.#wanted;
    this.#run++;
    this.#move('prepare');
    this.#say({ kind: 'prepare', run: this.#run, setting: this.#setting });
  }

  #move(event: PhaseEvent): void {
    const next = nextPhase(this.#phase, event);
    if (next === null) return;
    this.#phase = next;
    document.body.dataset.phase = next;
    const focused = document.activeElement;
    for (const [id, wanted] of Object.entries(buttons)) {
      byId<HTMLButtonElement>(id).disabled = !may(next, wanted);
    }
    const usual = next === 'running' ? 'pause' : next === 'finished' || next === 'failed' ? 'reset' : 'run';
    for (const id of Object.keys(buttons)) byId(id).classList.toggle('main', id === usual);
    // The keyboard stays among the buttons when its own can no longer be pressed.
    if (focused instanceof HTMLButtonElement && focused.disabled) byId(usual).focus();
    this.#drawStatus();
  }

  #drawStatus(): void {
    const text = statusOf(this.#phase, this.#records, this.#problem);
    // The same words again would be read out again.
    if (byId('status').textContent !== text) byId('status').textContent = text;
  }

  #noteLink(problems: readonly string[]): void {
    const more = problems.length - mostProblems;
    const listed = [...problems.slice(0, mostProblems), ...(more > 0 ? [`and ${more} more like these`] : [])];
    this.#note(problems.length > 0 ? `In the link, ${listed.join('; ')}.` : '');
  }

  /** Until a button is pressed. */
  #note(text: string): void {
    byId('notice').textContent = text;
  }

  /** Before its first step a training may be another at once; later, the visitor decides. */
  #want(setting: Setting): void {
    this.#wanted = setting;
    history.replaceState(null, '', `#${linkOf(setting)}`);
    const begun = kept.includes(this.#phase);
    this.#note(begun ? 'The setting is another now: Reset begins anew with it.' : '');
    if (!begun) this.#prepare();
  }

  /** The address has another setting. */
  #follow(): void {
    const { setting, problems } = settingOfLink(location.hash);
    this.#form.show(setting);
    this.#wanted = setting;
    this.#prepare();
    this.#noteLink(problems);
  }

  async #copyLink(): Promise<void> {
    history.replaceState(null, '', `#${linkOf(this.#wanted)}`);
    try {
      await navigator.clipboard.writeText(location.href);
      this.#note('The link to this setting is in the clipboard.');
    } catch {
      this.#note(`The link to this setting: ${location.href}`);
    }
  }
}
