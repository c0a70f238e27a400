/** A setting as the part of an address behind its #, with what is not as usual; nothing of it reaches a server. */
import { plain, suggestion } from 'kestirme';
import {
  type Setting,
  type SettingName,
  settingFields,
  settingNames,
  settingProblems,
  usualSetting,
} from './setting.js';

export function linkOf(setting: Setting): string {
  const changed = settingNames.filter((name) => setting[name] !== usualSetting[name]);
  return new URLSearchParams(changed.map((name) => [name, String(setting[name])])).toString();
}

/** The setting of a link, and a line for each part of it that cannot be, which is as usual then. */
export function settingOfLink(link: string): { setting: Setting; problems: string[] } {
  const given: Partial<Record<SettingName, string | number>> = {};
  const problems: string[] = [];
  for (const [key, text] of new URLSearchParams(link.replace(/^#/, ''))) {
    const name = settingNames.find((one) => one === key);
    if (name === undefined) {
      problems.push(`\`${plain.excerpt(key)}\` is not a part of a setting${suggestion(key, settingNames)}`);
      continue;
    }
    const value = fieldValue(name, text);
    const problem = settingProblems({ ...usualSetting, [name]: value })[0];
    if (problem === undefined) given[name] = value;
    else problems.push(problem);
  }
  return { setting: { ...usualSetting, ...given } as Setting, problems };
}

/** As the field has it, from a link or a form. */
export function fieldValue(name: SettingName, text: string): string | number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return settingFields[name].type === 'number' && Number.isFinite(number) ? number : plain.excerpt(text);
}
