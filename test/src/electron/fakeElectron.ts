/** Electron's main process without Electron: what the example uses of it, with real processes and ports between them. */
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { Channel, type Port, Relay, type Relayed } from './ports.js';

interface MenuItem {
  id?: string;
  click?: () => void;
  submenu?: MenuItem[];
}

type PageHandler = (request: { url: string; method: string }) => Promise<Response>;

class App extends EventEmitter {
  readonly #userData: string;
  isReady = false;

  constructor(userData: string) {
    super();
    this.#userData = userData;
  }

  async whenReady(): Promise<void> {
    await null;
    this.isReady = true;
  }

  getPath(): string {
    return this.#userData;
  }

  quit(): void {
    let isPrevented = false;
    const preventDefault = () => {
      isPrevented = true;
    };
    this.emit('before-quit', { preventDefault });
    if (!isPrevented) this.emit('quit');
  }
}

class UtilityProcess extends EventEmitter {
  readonly process: ChildProcess;
  readonly #relay: Relay;

  constructor(path: string, args: readonly string[]) {
    super();
    const shim = new URL('./parentPort.js', import.meta.url).href;
    this.process = fork(path, args, { execArgv: ['--import', shim] });
    this.#relay = new Relay(
      (relayed) => this.process.connected && this.process.send(relayed),
      ({ data }) => this.emit('message', data),
    );
    this.process.on('message', (relayed: Relayed) => this.#relay.take(relayed));
    this.process.once('exit', (code) => {
      this.#relay.end();
      this.emit('exit', code);
    });
  }

  postMessage(data: unknown, transfer?: Port[]): void {
    this.#relay.post(data, transfer);
  }

  kill(): boolean {
    return this.process.kill();
  }
}

interface Window {
  options: { webPreferences: Record<string, unknown> };
  url: string;
}

function windowsInto(opened: Window[]) {
  return class {
    readonly options: Window['options'];

    constructor(options: Window['options']) {
      this.options = options;
    }

    async loadURL(url: string): Promise<void> {
      opened.push({ options: this.options, url });
    }
  };
}

export class FakeElectron {
  readonly app: App;
  readonly ipcMain = new EventEmitter();
  readonly MessageChannelMain = Channel;
  readonly children: UtilityProcess[] = [];
  readonly errors: string[] = [];
  /** Answers under app:. */
  answer: PageHandler = () => Promise.reject(new Error('no scheme is handled'));
  #menu: MenuItem[] = [];

  /** `userData`: the application's folder. */
  constructor(userData: string) {
    this.app = new App(userData);
  }

  readonly windows: Window[] = [];
  readonly BrowserWindow = windowsInto(this.windows);
  readonly dialog = { showErrorBox: (_: string, content: string) => void this.errors.push(content) };
  readonly Menu = {
    buildFromTemplate: (template: MenuItem[]) => template,
    setApplicationMenu: (menu: MenuItem[]) => {
      this.#menu = menu;
    },
  };
  readonly schemes: { scheme: string; privileges: Record<string, boolean> }[] = [];
  readonly protocol = {
    registerSchemesAsPrivileged: (schemes: FakeElectron['schemes']) => {
      if (this.app.isReady) throw new Error('schemes are registered before the application is ready');
      this.schemes.push(...schemes);
    },
    handle: (_: string, handler: PageHandler) => {
      this.answer = handler;
    },
  };
  readonly utilityProcess = {
    fork: (path: string, args: readonly string[]) => {
      if (!this.app.isReady) throw new Error('there are no utility processes before the application is ready');
      const child = new UtilityProcess(path, args);
      this.children.push(child);
      return child;
    },
  };

  /** A person chooses an item of the menu. */
  choose(id: string): void {
    const find = (items: MenuItem[]): MenuItem | undefined =>
      items.find((one) => one.id === id) ?? items.flatMap(({ submenu = [] }) => find(submenu) ?? [])[0];
    const item = find(this.#menu);
    if (item?.click === undefined) throw new Error(`the menu has no '${id}'`);
    item.click();
  }

  /** The page at `url` asks for a port; gives that which its window is sent. */
  async connect(url: string): Promise<Port> {
    return new Promise((resolve, reject) => {
      const postMessage = (channel: string, _: unknown, [port]: Port[]) => {
        if (channel === 'kestirme:port' && port !== undefined) resolve(port);
        else reject(new Error(`'${channel}' was sent to the window`));
      };
      this.ipcMain.emit('kestirme:connect', { sender: { postMessage }, senderFrame: { url } });
    });
  }

  /** Resolves when the application has ended. */
  async quit(): Promise<void> {
    const ended = once(this.app, 'quit');
    this.app.quit();
    await ended;
    this.ipcMain.removeAllListeners();
  }
}
