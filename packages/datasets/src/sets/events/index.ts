/** The data sets of recordings of event cameras. A new one: a file, and its line here. */
import type { DatasetKind } from '../kind.js';
import { cifar10DvsSet } from './cifar10Dvs.js';
import { dvsGestureSet } from './dvsGesture.js';
import { nCarsSet } from './nCars.js';
import { nmnistSet } from './nmnist.js';
import { ownRecordings } from './ownRecordings.js';
import { stMnistSet } from './stMnist.js';

export const eventSets: readonly DatasetKind[] = [
  nmnistSet,
  cifar10DvsSet,
  dvsGestureSet,
  nCarsSet,
  stMnistSet,
  ownRecordings,
];
