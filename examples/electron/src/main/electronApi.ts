/** The part of Electron's main process that this application uses: the one seam at which tests put something else. */
import type { PagePort } from '@kestirme/cli';
import type { FromTraining, ToTraining } from '../training/messages.mjs';

/** In the main process; its other end is in a window or in a utility process. */
export interface Port extends PagePort {}

export interface Child {
  postMessage(message: ToTraining, transfer?: Port[]): void;
  on(event: 'message', listener: (message: FromTraining) => void): unknown;
  once(event: 'exit', listener: (code: number) => void): unknown;
  kill(): boolean;
}

export interface MenuItem {
  label?: string;
  id?: string;
  role?: 'appMenu' | 'editMenu' | 'quit' | 'viewMenu' | 'windowMenu';
  type?: 'radio' | 'separator';
  checked?: boolean;
  click?: () => void;
  submenu?: MenuItem[];
}

export interface ElectronApi {
  app: {
    whenReady(): Promise<void>;
    on(event: 'before-quit', listener: (event: { preventDefault(): void }) => void): unknown;
    on(event: 'window-all-closed', listener: () => void): unknown;
    quit(): void;
    getPath(name: 'userData'): string;
  };
  BrowserWindow: new (options: {
    width: number;
    height: number;
    webPreferences: { preload: string; contextIsolation: boolean; sandbox: boolean };
  }) => { loadURL(url: string): Promise<void> };
  dialog: { showErrorBox(title: string, content: string): void };
  ipcMain: {
    on(
      channel: string,
      listener: (event: {
        sender: { postMessage(channel: string, message: unknown, transfer?: Port[]): void };
        senderFrame: { url: string } | null;
      }) => void,
    ): unknown;
  };
  Menu: { buildFromTemplate(template: MenuItem[]): unknown; setApplicationMenu(menu: unknown): void };
  MessageChannelMain: new () => { port1: Port; port2: Port };
  protocol: {
    registerSchemesAsPrivileged(schemes: { scheme: string; privileges: Record<string, boolean> }[]): void;
    handle(scheme: string, handler: (request: Request) => Promise<Response>): void;
  };
  utilityProcess: { fork(path: string, args: string[], options: { serviceName: string }): Child };
}
