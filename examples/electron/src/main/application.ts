/** The application: windows over what is trained, and an end that waits for the checkpoint. */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TrainRunOptions } from '@kestirme/cli';
import type { ElectronApi, MenuItem } from './electronApi.js';
import { answerWithPage, pages, scheme } from './pages.js';
import { inMainProcess, inUtilityProcess, type Place, type Training } from './training.js';

export interface Settings {
  /** Of new runs. */
  recipe: TrainRunOptions;
  /** Milliseconds that quitting waits for the checkpoint. Then the run goes on, later, from an earlier one. */
  patience: number;
}

const usual: Settings = {
  recipe: { data: 'builtin', model: 'resnet18', width: 0.125, timeSteps: 2, batch: 50, epochs: 30 },
  patience: 15_000,
};
const preload = fileURLToPath(new URL('../preload/preload.cjs', import.meta.url));

export function startApplication(electron: ElectronApi, { recipe, patience }: Settings = usual): void {
  const { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, protocol } = electron;
  let training: Promise<Training> | null = null;
  let ending: 'not yet' | 'under way' | 'done' = 'not yet';

  const fail = (message: string) => dialog.showErrorBox('Training has failed', message);

  const trainIn = (place: Place) => {
    const before = training;
    const begin = async () => {
      // Its run is in its folder then, and can be resumed in the other place.
      await (await before)?.close();
      const options = { folder: join(app.getPath('userData'), 'runs'), recipe, fail };
      return place === 'main process' ? inMainProcess(options) : inUtilityProcess(electron, options);
    };
    training = begin();
  };

  const openWindow = (url: string) => {
    const webPreferences = { preload, contextIsolation: true, sandbox: true };
    return new BrowserWindow({ width: 1200, height: 900, webPreferences }).loadURL(url);
  };

  const menu = (): MenuItem[] => {
    const place = (name: Place, checked: boolean): MenuItem => {
      return { id: name, label: `In the ${name}`, type: 'radio', checked, click: () => trainIn(name) };
    };
    return [
      ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
      {
        label: 'Training',
        submenu: [
          { id: 'new run', label: 'New run', click: async () => (await training)?.begin() },
          { type: 'separator' },
          place('utility process', true),
          place('main process', false),
          { type: 'separator' },
          { id: 'runs', label: 'Show the runs', click: () => openWindow(pages.runs) },
          { id: 'playground', label: 'Train in a window', click: () => openWindow(pages.playground) },
          { type: 'separator' },
          { role: 'quit' },
        ],
      },
      { role: 'editMenu' },
      { role: 'viewMenu' },
      { role: 'windowMenu' },
    ];
  };

  protocol.registerSchemesAsPrivileged([scheme]);

  // A page that shows runs asks for a port to whoever trains.
  ipcMain.on('kestirme:connect', async ({ sender, senderFrame }) => {
    if (senderFrame?.url !== pages.runs) return;
    const { port1, port2 } = new MessageChannelMain();
    (await training)?.connect(port1);
    sender.postMessage('kestirme:port', null, [port2]);
  });

  app.on('window-all-closed', () => app.quit());

  app.on('before-quit', async (event) => {
    if (ending === 'done') return;
    event.preventDefault();
    if (ending === 'under way') return;
    ending = 'under way';
    const closed = training?.then((one) => one.close());
    await Promise.race([closed, setTimeout(patience, undefined, { ref: false })]);
    ending = 'done';
    app.quit();
  });

  app.whenReady().then(async () => {
    protocol.handle(scheme.scheme, answerWithPage);
    trainIn('utility process');
    Menu.setApplicationMenu(Menu.buildFromTemplate(menu()));
    await openWindow(pages.runs);
  });
}
