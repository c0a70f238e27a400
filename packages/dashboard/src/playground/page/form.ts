/** The form of a setting, made from its fields. */

import { element } from '../../charts/dom.js';
import { fieldValue } from '../setting/link.js';
import { type Setting, type SettingName, settingFields, settingNames, settingProblems } from '../setting/setting.js';

const labels: Record<SettingName, string> = {
  depth: 'Layers',
  connections: 'Connections',
  first: 'First method',
  second: 'Second method',
  lambda: 'Lambda of evolution',
  neuron: 'Neuron',
  timeSteps: 'Time steps T',
  lr: 'Learning rate',
  width: 'Width',
  images: 'Images',
  epochs: 'Epochs',
  seed: 'Seed',
};

type Control = HTMLInputElement | HTMLSelectElement;

export class SettingForm {
  readonly #controls = new Map<SettingName, { control: Control; note: HTMLElement }>();

  /** `onChange`: with each setting that can be. */
  constructor(form: HTMLElement, onChange: (setting: Setting) => void) {
    for (const name of settingNames) {
      const control = controlOf(name);
      control.id = `setting-${name}`;
      const note = element('small', { id: `note-${name}` }, settingFields[name].help);
      control.setAttribute('aria-describedby', note.id);
      form.append(element('label', {}, element('span', {}, labels[name]), control, note));
      this.#controls.set(name, { control, note });
    }
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('change', () => {
      const setting = this.#read();
      if (setting !== null) onChange(setting);
    });
  }

  show(setting: Setting): void {
    for (const [name, { control }] of this.#controls) control.value = String(setting[name]);
    this.#read();
  }

  /** Null when something cannot be, which is said beside it. */
  #read(): Setting | null {
    const values = Object.fromEntries(
      [...this.#controls].map(([name, { control }]) => [name, fieldValue(name, control.value)]),
    );
    for (const [name, { control, note }] of this.#controls) {
      const problem = settingProblems(values).find((one) => one.startsWith(`\`${name}\``));
      note.textContent = problem?.replace(`\`${name}\``, labels[name]) ?? settingFields[name].help;
      note.classList.toggle('wrong', problem !== undefined);
      control.setAttribute('aria-invalid', String(problem !== undefined));
    }
    return settingProblems(values).length === 0 ? (values as unknown as Setting) : null;
  }
}

function controlOf(name: SettingName): Control {
  const field = settingFields[name];
  if (field.type === 'choice') {
    const options = field.choices.map((choice) => element('option', { value: choice }, choice));
    return element('select', {}, ...options);
  }
  const step = 'whole' in field ? '1' : 'any';
  return element('input', { type: 'number', min: field.min, max: field.max, step });
}
