import {
  describeNetwork,
  type Engine,
  type MemoryRoom,
  modelNames,
  type NetworkDescription,
  type NetworkSpec,
} from 'kestirme';
import { given } from '../config/given.js';
import { usualHeads } from '../models/names.js';
import { checkData, checkInputShape, DATASETS, parseInputShape } from '../options/composite.js';
import { dataOptions } from '../options/dataOptions.js';
import { inFlags } from '../options/libraryNames.js';
import { option, optional } from '../options/option.js';
import { at } from '../options/parse.js';
import { commonTrainingOptions, engineOptions, modelType, networkOptions, outputOptions } from '../options/table.js';
import { choice, flag, number, text } from '../options/types.js';
import { type EngineChoice, openEngine } from '../program/engine.js';
import { openImages } from '../run/images.js';
import { profileNetwork, usualTraining } from '../run/profileNetwork.js';
import { newNetwork } from '../run/runNetwork.js';
import { planLines } from '../run/trainRun.js';
import { byteSize, count } from '../terminal/format.js';
import { profileTables } from '../terminal/profileTable.js';
import { renderTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { defineCommand } from './command.js';
import { tellFallback } from './session.js';

const { batch, memoryLimit, threads } = commonTrainingOptions;
const { limit } = dataOptions;
const profiling = { group: 'Profile' };
const whole = (min: number) => number({ min, max: 1_000_000, integer: true });
const options = {
  ...networkOptions,
  input: option(text('C,H,W', '', checkInputShape), '3,32,32', 'Channels, height and width of an image'),
  frames: option(flag, false, 'A frame for each time step, in place of one image for all'),
  classes: option(number({ min: 2, max: 100_000, integer: true }), 10, 'Classes'),
  batch: { ...batch, help: 'Images in memory at once, for the memory plan', group: 'Options' },
  memoryLimit,
  profile: option(
    flag,
    false,
    'Time every kernel of a step in place of the rest; the options below say how',
    profiling,
  ),
  mode: option(choice(['training', 'evaluation']), 'training', 'The step to profile', profiling),
  steps: option(whole(1), 5, 'Timed steps', profiling),
  trainFirst: option(whole(0), 0, 'Training steps before, so that the network fires as one that learns', profiling),
  data: optional(
    text('NAME[:DIR]', DATASETS.join(' | '), checkData),
    'Images, which then decide --input and --classes',
    {
      ...profiling,
      defaultText: 'noise',
    },
  ),
  limit: { ...limit, ...profiling },
  threads: { ...threads, ...profiling },
  ...engineOptions,
  ...outputOptions,
};

export const inspectCommand = defineCommand({
  name: 'inspect',
  form: 'MODEL [options]',
  summary: 'Shows the layers of a network, its parameters, operations and memory, or where the time of a step goes',
  details: `MODEL is one of ${modelNames.join(', ')}, or a file whose function builds a network.`,
  options,
  positionals: { min: 1, max: 1, name: 'MODEL' },
  async run({ values, positionals: [name = ''] }, terminal) {
    const model = at('MODEL', () => modelType.fromText(name));
    const images =
      values.profile && values.data !== undefined
        ? await openImages({ data: values.data, limit: values.limit, validation: 0, timeSteps: values.timeSteps })
        : null;
    const { timeSteps, classes } = values;
    const frames = values.frames ? { frames: timeSteps } : {};
    const size = images?.info ?? { ...parseInputShape(values.input), ...frames, classes };
    const { widths: _, modelOptions: __, ...always } = values;
    const config = { ...always, ...given(values, ['widths', 'modelOptions']) };
    const { network } = await newNetwork({ ...config, model, heads: values.heads ?? usualHeads(model) }, size);
    if (values.profile) {
      const profile = await inEngine(values, terminal, (engine) =>
        profileNetwork({ ...values, network, images, engine }),
      );
      terminal.out(values.json ? JSON.stringify({ network, profile }, null, 2) : profileTables(profile));
      return 0;
    }
    const description = describeNetwork(network);
    const room = await inEngine(values, terminal, (engine) => memoryRoom(engine, network, values.batch));
    const { plan, ...rest } = room;
    if (values.json) terminal.out(JSON.stringify({ network, description, plan, room: rest }, null, 2));
    else terminal.out(inWords(network, description, room, values.batch));
    return room.fits ? 0 : 1;
  },
});

/** The engine makes the plan that training with SGD would have, with as many threads: each has some memory of its own. */
function memoryRoom(engine: Engine, network: NetworkSpec, batch: number): Promise<MemoryRoom> {
  const training = usualTraining(network, batch);
  const ones = new Array<number>(network.input.channels).fill(1);
  return engine.memoryRoom({ network, training, mean: ones, std: ones });
}

async function inEngine<T>(
  values: EngineChoice & { quiet: boolean; json: boolean },
  terminal: Terminal,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await openEngine(values);
  try {
    tellFallback(engine, values, terminal);
    return await work(engine);
  } finally {
    await engine.close();
  }
}

function inWords(network: NetworkSpec, description: NetworkDescription, room: MemoryRoom, batch: number): string {
  const { channels, height, width, frames } = network.input;
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
    `${network.name}: ${channels}x${height}x${width} ${frames ? 'frames' : 'image'}, ${network.timeSteps} time steps, ${network.classes} classes`,
    '',
    layers,
    '',
    `parameters        ${count(description.parameters)} (and ${count(description.shortcutParameters)} of shortcut heads while training)`,
    `MACs              ${count(description.macsPerStep)} for an image and time step, were every input dense`,
    `neurons           ${count(description.neurons)} for an image and time step`,
    '',
    `with ${batch} images at a time, the ${room.plan === null ? 'plan has more than WebAssembly can address' : planLines(room.plan).join('\n')}`,
    roomLine(room, batch),
  ].join('\n');
}

/** Whether the network fits, and the largest batch that would. */
function roomLine(
  { fits, limitBytes, limitReason, largestBatch, largestMicroBatch }: MemoryRoom,
  batch: number,
): string {
  const limit = `${byteSize(limitBytes)}, ${inFlags(limitReason, options)}`;
  if (fits) return `fits: the limit is ${limit}; the largest batch that fits is ${largestBatch}`;
  if (largestBatch === 0) return `does not fit, nor does a single image: the limit is ${limit}`;
  const parts = largestMicroBatch > 0 ? `, or this one with --micro-batch ${largestMicroBatch}` : '';
  return `a batch of ${batch} does not fit: the limit is ${limit}; the largest that fits is ${largestBatch}${parts}`;
}
