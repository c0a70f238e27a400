/** Elements with text as text: none can become markup. */
type Attributes = Record<string, string | number | boolean>;

/** `attributes`: 'class', 'aria-label' and the like; false leaves one out, true has it without a value. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(key, value === true ? '' : String(value));
  }
  made.append(...children);
  return made;
}

/** Makes `parent` have these children alone; children that stay are not touched, so that focus and scrolling stay, too. */
export function keepOnly(parent: Element, children: readonly Element[]): void {
  for (const child of [...parent.children]) if (!children.includes(child)) child.remove();
  children.forEach((child, at) => {
    if (parent.children[at] !== child) parent.insertBefore(child, parent.children[at] ?? null);
  });
}

/** A table of text; the first column is the rows' names. */
export function textTable(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): HTMLTableElement {
  const cells = (row: readonly string[]) =>
    row.map((text, at) => element(at === 0 ? 'th' : 'td', at === 0 ? { scope: 'row' } : {}, text));
  return element(
    'table',
    {},
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text)))),
    element('tbody', {}, ...rows.map((row) => element('tr', {}, ...cells(row)))),
  );
}
