/** Layer tables, one for each model name. Method reference, section 3. */
import type { Kind, Provenance } from '../fields/kind.js';

export interface Layout extends Provenance {
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
    help: `${depth} layers of 16, 32 and 64 channels${residual ? '' : ', without residual connections'}`,
    paper: 'He et al. 2016',
    confidence: 'high',
    parity: depth === 20 && residual ? 'PyTorch, a whole training step; parameter counts' : 'parameter counts',
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
    help: '18 layers of 64 to 512 channels',
    paper: 'He et al. 2016, as in Guo et al. 2024',
    confidence: 'high',
    parity: "parameter counts, torchvision's at ImageNet size",
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
    help: '34 layers of 64 to 512 channels',
    paper: 'He et al. 2016, as in Guo et al. 2024',
    // No layer table of theirs for images of 32x32 is public.
    confidence: 'medium',
    parity: "parameter counts, torchvision's at ImageNet size",
    stem: 64,
    stages: [
      [64, 3, 1],
      [128, 4, 2],
      [256, 6, 2],
      [512, 3, 2],
    ],
    residual: true,
  },
  resnet19: {
    help: 'The widened network of the spiking literature: 19 layers of 128, 256 and 512 channels',
    paper: "Zheng et al. 2021, as in Guo et al.'s programs",
    // Its published size is not that of any program.
    confidence: 'medium',
    parity: 'parameter counts',
    stem: 128,
    stages: [
      [128, 3, 1],
      [256, 3, 2],
      [512, 2, 2],
    ],
    residual: true,
  },
} as const satisfies Record<string, Layout>;

/** The fully connected network, which has no table. */
const mlp = {
  help: 'Fully connected layers: one of 1000 neurons, or as many as --widths says',
  paper: "Eshraghian et al. 2023, snnTorch's tutorial 5, with a norm",
  confidence: 'high',
  parity: 'PyTorch (nn.Flatten, nn.Linear), whole training steps',
} as const satisfies Provenance;

export type ModelName = keyof typeof layouts | 'mlp';
export const modelNames: readonly ModelName[] = [...(Object.keys(layouts) as (keyof typeof layouts)[]), 'mlp'];

/** The models as a list has them; all take the same options, those of `buildModel`. */
export const modelKinds: readonly Kind[] = modelNames.map((name) => {
  const { help, paper, confidence, parity } = name === 'mlp' ? mlp : layouts[name];
  return { name, help, paper, confidence, parity, options: {} };
});
