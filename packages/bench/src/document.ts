/** A report as plain blocks, written as a page and as Markdown. */

export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'warning'; items: string[] }
  | { kind: 'table'; caption: string; head: string[]; rows: string[][]; classes?: string[] }
  /** An SVG; Markdown leaves it out, the table beside it has its numbers. */
  | { kind: 'chart'; svg: string };

export interface Document {
  title: string;
  blocks: Block[];
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

const styles = `
:root { color-scheme: light dark; --ink: #1d1d1d; --soft: #595959; --paper: #fff; --line: #d4d4d4; --warn: #fff4e0;
  --good: #00664b; --bad: #a33a00; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 68rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.8rem; margin: 0 0 .5rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; padding-top: .6rem; border-top: 2px solid var(--ink); }
p, ul { max-width: 48rem; }
.warning { background: var(--warn); border-left: 4px solid #b36b00; padding: .4rem 1rem; max-width: 48rem; }
.warning ul { margin: .3rem 0; padding-left: 1.2rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .35rem; }
th, td { padding: .3rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { border-bottom: 2px solid var(--ink); }
tr.missed td:last-child, tr.failed td:last-child { color: var(--bad); font-weight: 600; }
tr.met td:last-child { color: var(--good); font-weight: 600; }
.chart { display: block; width: 100%; max-width: 50rem; height: auto; margin: 1rem 0; background: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --soft: #a9abae; --paper: #17191c; --line: #3c4045;
  --warn: #2e2615; --good: #1fbf92; --bad: #f0802e; } }
`;

export function toHtml({ title, blocks }: Document): string {
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title><style>${styles}</style></head><body>`,
    `<h1>${escapeHtml(title)}</h1>`,
    ...blocks.map(blockHtml),
    '</body></html>\n',
  ].join('\n');
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${escapeHtml(block.text)}</h2>`;
    case 'text':
      return `<p>${escapeHtml(block.text)}</p>`;
    case 'warning':
      return `<div class="warning"><ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul></div>`;
    case 'chart':
      return block.svg;
    case 'table': {
      const cells = (row: string[], tag: string) => row.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join('');
      const rows = block.rows.map((row, i) => {
        const name = block.classes?.[i];
        return `<tr${name === undefined ? '' : ` class="${escapeHtml(name)}"`}>${cells(row, 'td')}</tr>`;
      });
      return (
        `<div class="scroll"><table><caption>${escapeHtml(block.caption)}</caption>` +
        `<thead><tr>${cells(block.head, 'th')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
      );
    }
  }
}

export function toMarkdown({ title, blocks }: Document): string {
  return `${[`# ${title}`, ...blocks.flatMap(blockMarkdown)].join('\n\n')}\n`;
}

function blockMarkdown(block: Block): string[] {
  switch (block.kind) {
    case 'heading':
      return [`## ${block.text}`];
    case 'text':
      return [block.text];
    case 'warning':
      return [block.items.map((item) => `> - ${item}`).join('\n')];
    case 'chart':
      return [];
    case 'table': {
      const line = (row: string[]) =>
        `| ${row.map((text) => text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`;
      const table = [block.head, block.head.map(() => '---'), ...block.rows].map(line).join('\n');
      return [`${block.caption}:`, table];
    }
  }
}
