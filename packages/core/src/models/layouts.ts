/** Layer tables: what each model name stands for. Method reference, section 3. */

export interface Layout {
  stem: number;
  /** Channels, blocks and first stride of each stage. */
  stages: readonly (readonly [channels: number, blocks: number, stride: number])[];
  /** False: the same convolutions without residual connections. */
  residual: boolean;
}

/** He et al.'s networks for CIFAR ("Deep Residual Learning", section 4.2): 6n + 2 layers in stages of 16, 32, 64 channels. */
function he(depth: number, residual: boolean): Layout {
  const blocks = (depth - 2) / 6;
  return {
    stem: 16,
    stages: [
      [16, blocks, 1],
      [32, blocks, 2],
      [64, blocks, 2],
    ],
    residual,
  };
}

export const layouts = {
  resnet20: he(20, true),
  resnet32: he(32, true),
  resnet44: he(44, true),
  resnet56: he(56, true),
  resnet110: he(110, true),
  plain20: he(20, false),
  plain32: he(32, false),
  plain44: he(44, false),
  plain56: he(56, false),
  resnet18: {
    stem: 64,
    stages: [
      [64, 2, 1],
      [128, 2, 2],
      [256, 2, 2],
      [512, 2, 2],
    ],
    residual: true,
  },
  resnet34: {
    stem: 64,
    stages: [
      [64, 3, 1],
      [128, 4, 2],
      [256, 6, 2],
      [512, 3, 2],
    ],
    residual: true,
  },
  /** The widened network of the spiking literature: 128-256-512. */
  resnet19: {
    stem: 128,
    stages: [
      [128, 3, 1],
      [256, 3, 2],
      [512, 2, 2],
    ],
    residual: true,
  },
} as const satisfies Record<string, Layout>;

export type ModelName = keyof typeof layouts;
export const modelNames = Object.keys(layouts) as ModelName[];
