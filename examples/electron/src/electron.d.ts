/**
 * What of Electron this application uses, for machines that have no Electron: `npm run check:electron` leaves this file out
 * and checks against Electron's own types.
 */
declare module 'electron/main' {
  const electron: import('./main/electronApi.js').ElectronApi;
  export const app: typeof electron.app;
  export const BrowserWindow: typeof electron.BrowserWindow;
  export const dialog: typeof electron.dialog;
  export const ipcMain: typeof electron.ipcMain;
  export const Menu: typeof electron.Menu;
  export const MessageChannelMain: typeof electron.MessageChannelMain;
  export const protocol: typeof electron.protocol;
  export const utilityProcess: typeof electron.utilityProcess;
}

declare module 'electron' {
  export const contextBridge: { exposeInMainWorld(name: string, api: object): void };
  export const ipcRenderer: {
    send(channel: string): void;
    on(channel: string, listener: (event: { ports: MessagePort[] }) => void): void;
  };
}

declare namespace NodeJS {
  interface Process {
    /** In a utility process alone. */
    parentPort: {
      on(
        event: 'message',
        listener: (event: { data: unknown; ports: import('@kestirme/cli').PagePort[] }) => void,
      ): void;
      postMessage(message: unknown): void;
    };
  }
}
