/** All that a page gets of the application: it may ask for a port to whoever trains. */
import electron = require('electron');

const { contextBridge, ipcRenderer } = electron;

contextBridge.exposeInMainWorld('kestirmeHost', { connect: () => ipcRenderer.send('kestirme:connect') });
// Ports cannot go through the bridge; a message brings them into the page's world.
ipcRenderer.on('kestirme:port', ({ ports }) => window.postMessage('kestirme:port', '*', ports));
