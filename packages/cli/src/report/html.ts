/** Pieces of HTML. Every string is escaped here unless it is wrapped as `Html`, so text from a config cannot become markup. */

export interface Html {
  html: string;
}
export type Cell = string | Html;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes text and quoted attribute values. Control characters that no HTML document may hold become U+FFFD. */
export function escapeHtml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd')
      .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
  );
}

export function cell(value: Cell): string {
  return typeof value === 'string' ? escapeHtml(value) : value.html;
}

export function code(text: string): Html {
  return { html: `<code>${escapeHtml(text)}</code>` };
}

export interface TableGroup {
  rows: Cell[][];
  /** The first row sums up the others of its group. */
  lead: boolean;
}

export interface TableOptions {
  caption: string;
  head: string[];
  groups: TableGroup[];
  /** Columns that hold text rather than numbers, by index; the first always does. */
  text?: number[];
}

/** Scrolls sideways by itself when the page is narrow; reachable by keyboard for that. */
export function table({ caption, head, groups, text = [] }: TableOptions): string {
  const kind = (column: number) => (column === 0 || text.includes(column) ? ' class="text"' : '');
  const headCells = head.map((name, column) => `<th scope="col"${kind(column)}>${escapeHtml(name)}</th>`).join('');
  const body = groups.map(({ rows, lead }) => {
    const lines = rows.map((cells, row) => {
      const inner = cells
        .map((value, column) =>
          column === 0 ? `<th scope="row">${cell(value)}</th>` : `<td${kind(column)}>${cell(value)}</td>`,
        )
        .join('');
      return `<tr${lead && row === 0 ? ' class="lead"' : ''}>${inner}</tr>`;
    });
    return `<tbody>${lines.join('\n')}</tbody>`;
  });
  const label = escapeHtml(caption);
  return (
    `<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table><caption><span>${label}</span></caption>` +
    `<thead><tr>${headCells}</tr></thead>${body.join('\n')}</table></div>`
  );
}

export function rowsTable(caption: string, head: string[], rows: Cell[][], text: number[] = []): string {
  return table({ caption, head, groups: [{ rows, lead: false }], text });
}

export interface FigureOptions {
  id: string;
  number: number;
  title: string;
  caption: Cell;
  /** Markup of the legend and of the panels. */
  legend: string;
  panels: string[];
  /** Lines below the panels, for facts that a chart cannot show. */
  notes?: string[];
  /** Shown on demand. */
  more?: { summary: string; body: string };
  data: string;
}

export function figure({ id, number, title, caption, legend, panels, notes = [], more, data }: FigureOptions): string {
  const count = panels.length === 1 ? ' single' : '';
  return [
    `<figure id="${escapeHtml(id)}">`,
    `<h3>Figure ${number}. ${escapeHtml(title)}</h3>`,
    legend,
    `<div class="panels${count}">${panels.join('\n')}</div>`,
    ...notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`),
    `<figcaption>${cell(caption)}</figcaption>`,
    more ? `<details class="more"><summary>${escapeHtml(more.summary)}</summary>${more.body}</details>` : '',
    `<details class="data"><summary>Data of figure ${number} as a table</summary>${data}</details>`,
    '</figure>',
  ].join('\n');
}

export function list(items: Cell[]): string {
  return `<ul>${items.map((item) => `<li>${cell(item)}</li>`).join('\n')}</ul>`;
}
