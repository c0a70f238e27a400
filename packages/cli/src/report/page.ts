/**
 * The script of the report's page: tooltips, hiding series, and figures as CSV and SVG. Runs in the reader's
 * browser, where only the text of `page` arrives: it must use nothing from outside of itself. Without it, the page shows
 * all it has. Text goes in by textContent and attributes alone, so that none can become markup.
 */
interface Plot {
  x: string;
  y: string;
  format: 'percent' | 'number';
  at: [number, string][];
  series: { name: string; entry?: number; values: [number, number, number?, number?][] }[];
  rows?: number[];
  box: [number, number, number, number];
  size: [number, number];
  spans: [[number, number], [number, number]];
}

export function page(): void {
  const svgNames = 'http://www.w3.org/2000/svg';
  const make = (name: string, className: string, text = '') => {
    const element = document.createElement(name);
    element.className = className;
    element.textContent = text;
    return element;
  };
  const all = (root: ParentNode, selector: string) => [...root.querySelectorAll<HTMLElement>(selector)];
  const plotOf = (panel: HTMLElement): Plot => JSON.parse(panel.dataset.plot ?? '{}');
  const isHidden = (figure: HTMLElement, entry: number | undefined) =>
    entry !== undefined && figure.querySelector(`.legend [data-s="${entry}"] [aria-pressed="false"]`) !== null;
  const shown = (value: number, format: string) =>
    format === 'percent' ? `${(100 * value).toFixed(1)}%` : String(Number(value.toPrecision(4)));

  const tip = make('div', 'tip');
  tip.hidden = true;
  tip.setAttribute('role', 'status');
  document.body.append(tip);

  const tell = (figure: HTMLElement, plot: Plot, svg: SVGElement, event: PointerEvent) => {
    const area = svg.getBoundingClientRect();
    const [left, top, right, bottom] = plot.box;
    const [[x0, x1], [y0, y1]] = plot.spans;
    const px = ((event.clientX - area.left) / area.width) * plot.size[0];
    const py = ((event.clientY - area.top) / area.height) * plot.size[1];
    const x = x0 + ((px - left) / (right - left)) * (x1 - x0);
    const y = y1 - ((py - top) / (bottom - top)) * (y1 - y0);
    let at = -1;
    for (const [index, place] of plot.at.entries()) {
      if (at < 0 || Math.abs(place[0] - x) < Math.abs((plot.at[at] as [number, string])[0] - x)) at = index;
    }
    const row = plot.rows ? plot.rows.findIndex((place) => Math.abs(place - y) <= 0.5) : -1;
    const lines: string[] = [];
    for (const [index, series] of plot.series.entries()) {
      if ((plot.rows && index !== row) || isHidden(figure, series.entry)) continue;
      const value = series.values.find((one) => one[0] === at);
      if (!value) continue;
      const [, middle, low, high] = value;
      const range =
        low === undefined || high === undefined ? '' : ` (${shown(low, plot.format)} to ${shown(high, plot.format)})`;
      lines.push(`${series.name}: ${shown(middle, plot.format)}${range}`);
    }
    const outside = px < left - 8 || px > right + 8 || py < top - 8 || py > bottom + 8;
    tip.hidden = outside || lines.length === 0;
    if (tip.hidden) return;
    tip.textContent = [plot.at[at]?.[1] ?? '', ...lines].join('\n');
    const wide = document.documentElement.clientWidth;
    tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, wide - tip.offsetWidth - 4))}px`;
    const above = event.clientY - tip.offsetHeight - 14;
    tip.style.top = `${above < 4 ? event.clientY + 18 : above}px`;
  };

  const save = (name: string, type: string, text: string) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  // A spreadsheet takes text that begins so for a formula.
  const field = (text: string) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const csvOf = (figure: HTMLElement) => {
    const rows = ['panel,quantity,series,place,value,low,high'];
    for (const panel of all(figure, '[data-plot]')) {
      const plot = plotOf(panel);
      const title = panel.querySelector('.panel-title')?.textContent ?? '';
      for (const { name, values } of plot.series) {
        for (const [at, value, low = '', high = ''] of values) {
          const place = plot.at[at]?.[1] ?? '';
          rows.push([field(title), field(plot.y), field(name), field(place), value, low, high].join(','));
        }
      }
    }
    return `${rows.join('\r\n')}\r\n`;
  };

  const put = (parent: Element, name: string, attributes: Record<string, string | number>, text?: string) => {
    const element = document.createElementNS(svgNames, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  };

  /** All drawings of a figure that can be seen, in two columns, with title and legend. */
  const svgOf = (figure: HTMLElement) => {
    const root = document.createElementNS(svgNames, 'svg');
    const font = { 'font-family': 'sans-serif', fill: '#2B2B2B' };
    const back = put(root, 'rect', { fill: '#FFFFFF', width: '100%', height: '100%' });
    put(
      root,
      'text',
      { x: 12, y: 24, 'font-size': 16, 'font-weight': 600, ...font },
      figure.querySelector('h3')?.textContent ?? '',
    );
    let [x, y] = [12, 36];
    for (const item of all(figure, '.legend li:not(:has([aria-pressed="false"])), .scale li')) {
      if (item.closest('details:not([open])')) continue;
      const key = item.querySelector('svg')?.cloneNode(true) as SVGElement;
      const text = item.textContent ?? '';
      const [, , width = 44] = (key.getAttribute('viewBox') ?? '').split(' ').map(Number);
      const need = width + 10 + text.length * 7.5 + 16;
      if (x + need > 970 && x > 12) [x, y] = [12, y + 22];
      for (const [name, value] of Object.entries({ x, y, width, height: 14 })) key.setAttribute(name, String(value));
      root.append(key);
      put(root, 'text', { x: x + width + 6, y: y + 12, 'font-size': 13, ...font }, text);
      x += need;
    }
    y += 28;
    let [column, rowHeight] = [0, 0];
    for (const panel of all(figure, '.panel')) {
      const chart = panel.querySelector('svg.chart');
      if (!chart || panel.closest('details:not([open])')) continue;
      const [, , width = 0, height = 0] = (chart.getAttribute('viewBox') ?? '').split(' ').map(Number);
      put(
        root,
        'text',
        { x: 12 + column * 490, y: y + 14, 'font-size': 13, 'font-weight': 600, ...font },
        panel.querySelector('.panel-title')?.textContent ?? '',
      );
      const copy = chart.cloneNode(true) as SVGElement;
      const place = { x: 12 + column * 490, y: y + 20, width, height, 'font-family': 'sans-serif' };
      for (const [name, value] of Object.entries(place)) copy.setAttribute(name, String(value));
      root.append(copy);
      rowHeight = Math.max(rowHeight, height + 30);
      column = 1 - column;
      if (column === 0) [y, rowHeight] = [y + rowHeight, 0];
    }
    const end = y + rowHeight + 8;
    for (const [name, value] of Object.entries({ width: 984, height: end, viewBox: `0 0 984 ${end}` })) {
      root.setAttribute(name, String(value));
    }
    back.setAttribute('height', String(end));
    return new XMLSerializer().serializeToString(root);
  };

  for (const figure of all(document, 'figure')) {
    const tools = make('div', 'tools');
    const button = (text: string, label: string, act: () => void) => {
      const element = make('button', '', text);
      element.setAttribute('type', 'button');
      element.setAttribute('aria-label', label);
      element.addEventListener('click', act);
      tools.append(element);
    };
    button('CSV', 'Save the numbers of this figure as CSV', () => save(`${figure.id}.csv`, 'text/csv', csvOf(figure)));
    button('SVG', 'Save this figure as SVG', () => save(`${figure.id}.svg`, 'image/svg+xml', svgOf(figure)));
    figure.querySelector('h3')?.after(tools);

    for (const item of all(figure, '.legend li')) {
      const toggle = make('button', 'toggle');
      toggle.setAttribute('type', 'button');
      toggle.setAttribute('aria-pressed', 'true');
      toggle.title = 'Hide or show';
      toggle.append(...item.childNodes);
      item.append(toggle);
      toggle.addEventListener('click', () => {
        const hide = toggle.getAttribute('aria-pressed') !== 'false';
        toggle.setAttribute('aria-pressed', String(!hide));
        for (const shape of all(figure, `.chart [data-s="${item.dataset.s}"]`)) {
          if (hide) shape.setAttribute('display', 'none');
          else shape.removeAttribute('display');
        }
      });
    }

    for (const panel of all(figure, '[data-plot]')) {
      const svg = panel.querySelector<SVGElement>('svg.chart');
      if (!svg) continue;
      const plot = plotOf(panel);
      svg.addEventListener('pointermove', (event) => tell(figure, plot, svg, event));
      svg.addEventListener('pointerdown', (event) => tell(figure, plot, svg, event));
      svg.addEventListener('pointerleave', () => {
        tip.hidden = true;
      });
    }
  }
  // A drawing is a stop of the keyboard only where it is wider than the screen, so that there is something to scroll.
  const fit = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute('tabindex', '0');
      else target.removeAttribute('tabindex');
    }
  });
  for (const box of all(document, '.panel .scroll')) fit.observe(box);
  addEventListener('scroll', () => {
    tip.hidden = true;
  });
}
