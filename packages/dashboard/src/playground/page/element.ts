/** Elements of the page. All that is shown is set as text. */

/** @throws when the page has none */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no element '${id}'`);
  return element as E;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  children: readonly (Node | string)[] = [],
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** A cell of a table that heads a row or a column. */
export function heading(scope: 'row' | 'col', ...children: (Node | string)[]): HTMLTableCellElement {
  return make('th', { scope }, children);
}
