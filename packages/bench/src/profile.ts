/** A step of our side, by layer and kernel: one process, one line of JSON. */
import { batches } from './images.js';
import { openOwnEngine, placeOf } from './ownEngine.js';
import { readOwnArguments } from './work.js';

const work = readOwnArguments(process.argv.slice(2));
const { engine } = await openOwnEngine(work);
let iteration = 0;
for (const images of batches({ file: work.data, size: work.batch, images: work.images })) {
  if (iteration === work.warmup) {
    const profile = await engine.profile(images, { steps: work.steps, position: placeOf(iteration) });
    console.log(JSON.stringify(profile));
    break;
  }
  await engine.trainStep(images, placeOf(iteration++));
}
await engine.close();
