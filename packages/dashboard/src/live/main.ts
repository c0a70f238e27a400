/** The live page: what its source tells goes into the store, and the views draw it a few times a second at most. */
import { element } from '../charts/dom.js';
import { AnswersView } from './answersView.js';
import { ConfigView } from './configView.js';
import { CurvesView } from './curvesView.js';
import { groupRuns } from './groups.js';
import { LayersView } from './layersView.js';
import { type PageHost, portSource } from './portSource.js';
import type { Wish } from './protocol.js';
import { RidgesView } from './ridgesView.js';
import { RunsView } from './runsView.js';
import { serverSource } from './serverSource.js';
import type { LiveSource } from './source.js';
import { SpikesView } from './spikesView.js';
import { type Run, Store } from './store.js';

/** Between two drawings, in milliseconds: more often, nobody could read them. */
const PAUSE = 250;

const CONNECTIONS = {
  connecting: 'connecting …',
  open: 'live',
  lost: 'The program has ended, or is out of reach; what is shown is as it was.',
};
const SESSIONS = {
  going: 'training',
  stopping: 'stopping after this step …',
  stopped: 'stopped, with a checkpoint',
  ended: 'finished',
};

class Page {
  readonly store = new Store(() => this.schedule());
  readonly #source: LiveSource;
  readonly #status = element('span', { class: 'status', role: 'status' });
  readonly #session = element('span');
  readonly #stop = element('button', { type: 'button' }, 'Stop with a checkpoint');
  readonly #resume = element('button', { type: 'button' }, 'Resume');
  readonly #empty = element('p', { class: 'note' }, 'There is no run yet.');
  readonly #choice = element('select', { id: 'run' });
  readonly #runs = new RunsView(() => this.schedule());
  readonly #curves = new CurvesView();
  readonly #layers: LayersView;
  readonly #ridges: RidgesView;
  readonly #spikes: SpikesView;
  readonly #answers: AnswersView;
  readonly #config = new ConfigView();
  #drawnAt = 0;
  #isScheduled = false;
  /** Drawings so far, for who measures. */
  frames = 0;

  constructor(root: HTMLElement, source: LiveSource) {
    this.#source = source;
    this.#layers = new LayersView(source);
    this.#ridges = new RidgesView(source);
    this.#spikes = new SpikesView(source);
    this.#answers = new AnswersView(source, (image) => {
      this.#spikes.element.scrollIntoView({ block: 'nearest' });
      void this.#spikes.show(image);
    });
    this.#stop.addEventListener('click', () => this.#wish('stop'));
    this.#resume.addEventListener('click', () => this.#wish('resume'));
    this.#choice.addEventListener('change', () => this.schedule());
    const section = (title: string, ...children: Node[]) =>
      element('section', { 'aria-label': title }, element('h2', {}, title), ...children);
    root.replaceChildren(
      element(
        'header',
        {},
        element('h1', {}, 'Kestirme'),
        this.#status,
        element('span', { class: 'controls' }, this.#session, this.#stop, this.#resume),
      ),
      section('Runs', this.#runs.element, this.#empty),
      section('Accuracy, loss and schedules', this.#curves.element),
      element('p', { class: 'choice' }, element('label', { for: 'run' }, 'One run: '), this.#choice),
      section('Layers over epochs', this.#layers.element),
      section('Gradient histograms', this.#ridges.element),
      section('Answers', this.#answers.element),
      section('Spikes', this.#spikes.element),
      section('Configuration', this.#config.element),
    );
    onPicture(() => this.schedule());
    this.store.listen(source);
    this.schedule();
  }

  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const wait = Math.max(0, PAUSE - (performance.now() - this.#drawnAt));
    // A page that nobody sees gets no frame, and draws nothing.
    setTimeout(() => requestAnimationFrame(() => this.#draw()), wait);
  }

  #draw(): void {
    this.#isScheduled = false;
    const { connection, session } = this.store;
    const runs = [...this.store.runs.values()];
    setText(this.#status, CONNECTIONS[connection]);
    this.#status.dataset.state = connection;
    setText(this.#session, session === null ? '' : SESSIONS[session]);
    const reachable = connection === 'open';
    this.#stop.hidden = session !== 'going' && session !== 'stopping';
    this.#stop.disabled = session !== 'going' || !reachable;
    this.#resume.hidden = session !== 'stopped';
    this.#resume.disabled = !reachable;
    this.#empty.hidden = runs.length > 0;
    const groups = groupRuns(runs);
    this.#runs.update(runs, groups);
    const shown = groups.map((group) => ({
      ...group,
      runs: group.runs.filter(({ info }) => this.#runs.isShown(info.id)),
    }));
    this.#curves.update(shown.filter((group) => group.runs.length > 0));
    this.#drawOne(this.#chosen(runs), runs);
    this.frames++;
    this.#drawnAt = performance.now();
  }

  #drawOne(run: Run | undefined, runs: readonly Run[]): void {
    this.#config.update(run, runs);
    this.#spikes.update(run);
    const reachable = this.store.connection === 'open';
    if (!reachable) return;
    const asked = async () => {
      await this.#layers.update(run);
      this.#ridges.setLayers(this.#layers.parameters);
      await Promise.all([this.#ridges.update(run), this.#answers.update(run)]);
    };
    // The server may end while it is asked: the connection says so.
    asked().catch((error: unknown) => setText(this.#status, error instanceof Error ? error.message : String(error)));
  }

  /** The run of the list; of none chosen, the one that is trained, else the first. */
  #chosen(runs: readonly Run[]): Run | undefined {
    const names = runs.map(({ info }) => [info.id, info.name]);
    const before = [...this.#choice.options].map(({ value, text }) => [value, text]);
    if (JSON.stringify(before) !== JSON.stringify(names)) {
      const chosen = this.#choice.value || (runs.find(({ info }) => info.state === 'going') ?? runs[0])?.info.id;
      this.#choice.replaceChildren(...runs.map(({ info }) => element('option', { value: info.id }, info.name)));
      if (chosen !== undefined && runs.some(({ info }) => info.id === chosen)) this.#choice.value = chosen;
    }
    return runs.find(({ info }) => info.id === this.#choice.value);
  }

  #wish(wish: Wish): void {
    this.#source
      .wish(wish)
      .catch((error: unknown) => setText(this.#session, error instanceof Error ? error.message : String(error)));
  }
}

function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Colours of the table's keys are those of the screen. */
function onPicture(change: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', change);
}

declare global {
  /** There where the page is shown by a program, which has put it there before. */
  var kestirmeHost: PageHost | undefined;
}

const root = document.getElementById('page');
if (root !== null) {
  const host = globalThis.kestirmeHost;
  const page = new Page(root, host === undefined ? serverSource() : portSource(host));
  Object.assign(globalThis, { kestirmeLive: page });
}
