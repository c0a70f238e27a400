import { CurvesChart } from '@kestirme/dashboard/drawings';
import { trainDigits } from './training.js';

const [start, stop, status, charts] = ['start', 'stop', 'status', 'charts'].map((id) => document.getElementById(id));

/** `files`: see `trainDigits`. */
export function showPage(files) {
  const show = showCharts();
  start.addEventListener('click', async () => {
    const stopping = new AbortController();
    stop.onclick = () => stopping.abort();
    [start.disabled, stop.disabled] = [true, false];
    try {
      const { finished, threads, weights } = await trainDigits({ signal: stopping.signal, onStep: show() }, files);
      const end = finished ? 'Finished' : 'Stopped';
      status.textContent = `${end}. Threads: ${threads}. SHA-256 of the weights: ${weights}`;
    } catch (error) {
      status.textContent = `Failed: ${error.message}`;
    }
    [start.disabled, stop.disabled] = [false, true];
  });
}

/** Gives a function that begins the charts of a training, and gives one that draws a step. */
function showCharts() {
  const loss = new CurvesChart('Training loss', { x: 'Step', min: 0 });
  const accuracy = new CurvesChart('Accuracy in the epoch so far: all heads, main head alone (dashed)', {
    x: 'Step',
    format: 'percent',
    min: 0,
    max: 1,
  });
  charts.append(loss.element, accuracy.element);

  return () => {
    const points = { loss: [], all: [], main: [] };
    return ({ result, sums }) => {
      const step = points.loss.length + 1;
      points.loss.push([step, result.loss]);
      points.all.push([step, sums.correct / sums.images]);
      points.main.push([step, sums.correctMain / sums.images]);
      // `colour`: of a palette whose dashes and markers differ, too.
      loss.update([{ name: 'all heads', colour: 0, points: points.loss }]);
      accuracy.update([
        { name: 'all heads', colour: 0, points: points.all },
        { name: 'main head alone', colour: 1, points: points.main },
      ]);
      status.textContent = `Step ${step}: loss ${result.loss.toFixed(3)}`;
    };
  };
}
