/** Loaded before the program of a utility process, which is one of Node here: process.parentPort as Electron has it. */
import { type Port, Relay, type Relayed } from './ports.js';

type Listener = (event: { data: unknown; ports: Port[] }) => void;

const listeners: Listener[] = [];
const relay = new Relay(
  (relayed) => process.connected && process.send?.(relayed),
  (event) => {
    for (const listener of listeners) listener(event);
  },
);
Object.assign(process, {
  parentPort: {
    // Messages that came before somebody listens are kept, by Node as well.
    on(_: 'message', listener: Listener) {
      if (listeners.push(listener) === 1) process.on('message', (relayed: Relayed) => relay.take(relayed));
    },
    postMessage: (data: unknown) => relay.post(data),
  },
});
