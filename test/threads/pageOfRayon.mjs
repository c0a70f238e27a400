import { contender } from './contender.mjs';
import { createRayonEngine } from './rayonEngine.mjs';

const ofRayon = contender(createRayonEngine);

/** Inside one worker, without ending it: from `first` threads to `second`. */
async function resizeInOneThread(first, second) {
  await ofRayon.open(first);
  const answer = await ofRayon.resize(second);
  await ofRayon.close();
  return answer;
}

globalThis.kestirmePage = { rayon: { ...ofRayon, resizeInOneThread } };
