import {
  defaultTrainingOptions,
  describeNetwork,
  type MemoryPlan,
  modelNames,
  type NetworkDescription,
  type NetworkSpec,
} from 'kestirme';
import { checkInputShape, parseInputShape } from '../options/composite.js';
import { option } from '../options/option.js';
import { at } from '../options/parse.js';
import { commonTrainingOptions, networkOptions, outputOptions } from '../options/table.js';
import { choice, number, text } from '../options/types.js';
import { buildNetwork } from '../run/network.js';
import { planLines } from '../run/trainRun.js';
import { count } from '../terminal/format.js';
import { renderTable } from '../terminal/table.js';
import { defineCommand } from './command.js';
import { openEngine } from './session.js';

const { batch, memoryLimit } = commonTrainingOptions;
const options = {
  ...networkOptions,
  input: option(text('C,H,W', '', checkInputShape), '3,32,32', 'Channels, height and width of an image'),
  classes: option(number({ min: 2, max: 100_000, integer: true }), 10, 'Classes'),
  batch: { ...batch, help: 'Images in memory at once, for the memory plan', group: 'Options' },
  memoryLimit,
  ...outputOptions,
};

export const inspectCommand = defineCommand({
  name: 'inspect',
  form: 'MODEL [options]',
  summary: 'Shows the layers of a network, its parameters, operations and memory',
  details: `MODEL is one of ${modelNames.join(', ')}.`,
  options,
  positionals: { min: 1, max: 1, name: 'MODEL' },
  async run({ values, positionals: [name = ''] }, terminal) {
    const model = at('MODEL', () => choice(modelNames).fromText(name));
    const { classes } = values;
    const heads = values.heads ?? 'stages';
    const network = buildNetwork({ ...values, model, heads }, { ...parseInputShape(values.input), classes });
    const description = describeNetwork(network);
    const plan = await planMemory(network, values);
    if (values.json) terminal.out(JSON.stringify({ network, description, plan }, null, 2));
    else terminal.out(inWords(network, description, plan, values.batch));
    return 0;
  },
});

/** The engine makes the plan that training with SGD would have. */
async function planMemory(network: NetworkSpec, values: { batch: number; memoryLimit: number }): Promise<MemoryPlan> {
  const engine = await openEngine({ threads: 1, memoryLimit: values.memoryLimit });
  const usual = defaultTrainingOptions({ batchSize: values.batch });
  const lambda = network.heads.length > 1 ? usual.lambda : ({ ...usual.lambda, preset: 'vanilla' } as const);
  const ones = new Array<number>(network.input.channels).fill(1);
  try {
    return await engine.load({ network, training: { ...usual, lambda }, mean: ones, std: ones });
  } finally {
    await engine.close();
  }
}

function inWords(network: NetworkSpec, description: NetworkDescription, plan: MemoryPlan, batch: number): string {
  const { channels, height, width } = network.input;
  const layers = renderTable(
    [
      { title: 'layer' },
      { title: 'type' },
      { title: 'reads' },
      { title: 'output', align: 'right' },
      { title: 'parameters', align: 'right' },
      { title: 'MACs/step', align: 'right' },
    ],
    description.rows.map((row) => [
      row.name,
      row.type,
      row.reads,
      row.shape,
      row.parameters === 0 ? '' : count(row.parameters),
      row.macs === 0 ? '' : count(row.macs),
    ]),
  );
  return [
    `${network.name}: ${channels}x${height}x${width} image, ${network.timeSteps} time steps, ${network.classes} classes`,
    '',
    layers,
    '',
    `parameters        ${count(description.parameters)} (and ${count(description.shortcutParameters)} of shortcut heads while training)`,
    `MACs              ${count(description.macsPerStep)} for an image and time step, were every input dense`,
    `neurons           ${count(description.neurons)} for an image and time step`,
    '',
    `with ${batch} images at a time, the ${planLines(plan).join('\n')}`,
  ].join('\n');
}
