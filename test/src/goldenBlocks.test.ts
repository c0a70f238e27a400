/**
 * Residual blocks of every kind, and ternary spikes, against SpikingJelly's BasicBlock and PyTorch's autograd:
 * test/golden/make_blocks.py, float64, one SGD step at a learning rate of 1, so that parameters move by their gradients.
 *
 * Spikes must be equal: the files keep every membrane further from the threshold and from the surrogate's edges than single
 * precision reaches. Tolerances are relative to the largest value of a tensor, as in golden.test.ts.
 */
import { readFileSync } from 'node:fs';
import {
  createInlineEngine,
  decodeSafetensors,
  defaultTrainingOptions,
  type NetworkSpec,
  type NeuronSettings,
  type ResidualName,
  residuals,
} from 'kestirme';
import { describe, expect, test } from 'vitest';

const cases: [ResidualName, NeuronSettings['kind']][] = [
  ['sew-add', 'lif'],
  ['sew-and', 'lif'],
  ['sew-iand', 'lif'],
  ['standard', 'ternary'],
  ['sew-add', 'ternary'],
  ['standard', 'trainable-ternary'],
  ['sew-add', 'trainable-ternary'],
];
