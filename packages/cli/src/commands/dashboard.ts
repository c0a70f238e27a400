import { openBrowser } from '../dashboard/openBrowser.js';
import { DashboardServer } from '../dashboard/server.js';
import { signalOptions } from '../options/table.js';
import { serverOptions } from '../options/viewOptions.js';
import { Interrupt } from '../run/interrupt.js';
import { requireFolder } from '../run/readRuns.js';
import { defineCommand } from './command.js';

export const dashboardCommand = defineCommand({
  name: 'dashboard',
  form: '[RUNS...] [options]',
  summary: 'Serves a live page over runs and comparisons to this machine, whoever trains them',
  details:
    'RUNS are folders of runs, of comparisons, or of such folders; without one, runs. The address has a token: whoever has ' +
    'it may look on. Other machines come by a tunnel of your own, such as ssh -L 8080:127.0.0.1:PORT. Ctrl-C ends it; runs ' +
    'never wait for it.',
  options: { ...serverOptions, ...signalOptions },
  positionals: { min: 0, max: Number.MAX_SAFE_INTEGER, name: 'RUNS' },
  async run({ values: { port, open, ignoreHangup = false }, positionals }, terminal) {
    const roots = positionals.length === 0 ? ['runs'] : positionals;
    await Promise.all(roots.map(requireFolder));
    const server = await DashboardServer.start({ roots, port });
    const interrupt = new Interrupt({ onFirst: () => {}, ignoreHangup: ignoreHangup || terminal.ignoresHangup });
    try {
      terminal.out(`dashboard: ${server.url}`);
      if (open && !(await openBrowser(server.url, terminal.env))) terminal.out('there is no browser to open here');
      await new Promise<void>((resolve) => {
        interrupt.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      return interrupt.exitCode === 130 ? 0 : interrupt.exitCode;
    } finally {
      interrupt.dispose();
      await server.close();
    }
  },
});
