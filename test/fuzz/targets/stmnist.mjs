// ST-MNIST's MAT-files.
import { eventTarget, instrumentsOf } from '../eventTarget.mjs';

export const instruments = instrumentsOf('formats/stmnist', 'formats/mat5', 'packed/inflate');

export const target = () => eventTarget('stmnist', 2048);
