/** The server in a thread of its own: reading and sending long files takes no time of a run's thread. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { messageOf, UsageError } from '../errors.js';
import type { FromServer, ServerThreadData, ToServer } from './messages.js';
import { DashboardServer } from './server.js';

const port = parentPort as MessagePort;
const say = (message: FromServer) => port.postMessage(message);

try {
  const server = await DashboardServer.start({
    ...(workerData as ServerThreadData),
    onWish: (wish) => say({ wish }),
    onPages: (pages) => say({ pages }),
  });
  port.on('message', (message: ToServer) => {
    if ('session' in message) server.session = message.session;
    else void server.close().then(() => port.close());
  });
  say({ url: server.url });
} catch (error) {
  say({ failure: messageOf(error), isUsage: error instanceof UsageError });
}
