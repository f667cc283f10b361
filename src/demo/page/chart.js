// The data_visualization block as SVG: line, area, bar and pie, with the same numbers as text for screen readers.
import { scaleOf, shortNumber } from './chart-scale.js';
import { h, svg } from './dom.js';

const size = { width: 560, height: 240, left: 52, right: 12, top: 12, bottom: 30 };

export function drawChart({ title, chart }) {
  const names = chart.type === 'pie' ? chart.segments.map(({ label }) => label) : chart.series.map(({ name }) => name);
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${size.width} ${size.height}`, role: 'img', 'aria-label': inWords(title, chart) },
    chart.type === 'pie' ? pie(chart.segments) : plot(chart),
  );
  const legend = h(
    'ul',
    { class: 'legend', 'aria-hidden': 'true' },
    names.map((name, index) => h('li', {}, h('i', { class: `swatch fill-${index % 6}` }), name)),
  );
  return h('figure', { class: 'block chart' }, h('figcaption', {}, title), picture, legend);
}

function inWords(title, chart) {
  const points = (list) => list.map(({ label, value }) => `${label} ${shortNumber(value)}`).join(', ');
  if (chart.type === 'pie') return `${title}. ${points(chart.segments)}.`;
  return `${title}. ${chart.series.map(({ name, data }) => `${name}: ${points(data)}`).join('. ')}.`;
}

function plot({ type, series, axis_config: { categories, y_label: unit = '' } }) {
  const values = series.map(({ data }) => categories.map((name) => data.find(({ label }) => label === name).value));
  const scale = scaleOf(values.flat());
  const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };
  const band = inner.width / categories.length;
  const at = {
    x: (index) => size.left + band * (index + 0.5),
    y: (value) => size.top + inner.height * (1 - (value - scale.from) / (scale.to - scale.from)),
    band,
  };
  const draw = { line: lines, area: areas, bar: bars }[type];
  return [...grid(scale, at, unit), ...categoryNames(categories, at), ...draw(values, at)];
}

function grid(scale, at, unit) {
  return scale.ticks.flatMap((tick) => [
    svg('line', { class: 'grid', x1: size.left, x2: size.width - size.right, y1: at.y(tick), y2: at.y(tick) }),
    svg(
      'text',
      { class: 'tick', x: size.left - 6, y: at.y(tick) + 4, 'text-anchor': 'end' },
      `${shortNumber(tick)} ${unit}`.trim(),
    ),
  ]);
}

/** As many as fit in a row. */
function categoryNames(categories, at) {
  const widest = Math.max(...categories.map((name) => name.length)) * 6.5 + 8;
  const every = Math.max(1, Math.ceil(widest / at.band));
  return categories.flatMap((name, index) =>
    index % every === 0
      ? [svg('text', { class: 'tick', x: at.x(index), y: size.height - 10, 'text-anchor': 'middle' }, name)]
      : [],
  );
}

const points = (row, at) => row.map((value, index) => `${at.x(index).toFixed(1)},${at.y(value).toFixed(1)}`);

function lines(values, at) {
  return values.map((row, index) =>
    svg('polyline', { class: `stroke-${index % 6}`, points: points(row, at).join(' ') }),
  );
}

function areas(values, at) {
  return values.map((row, index) => {
    const floor = [`${at.x(row.length - 1)},${at.y(0)}`, `${at.x(0)},${at.y(0)}`];
    return svg('polygon', { class: `area fill-${index % 6}`, points: [...points(row, at), ...floor].join(' ') });
  });
}

function bars(values, at) {
  const width = (at.band * 0.8) / values.length;
  return values.flatMap((row, series) =>
    row.map((value, index) =>
      svg('rect', {
        class: `fill-${series % 6}`,
        x: at.x(index) - at.band * 0.4 + series * width,
        y: Math.min(at.y(value), at.y(0)),
        width: Math.max(1, width - 1),
        height: Math.abs(at.y(value) - at.y(0)),
      }),
    ),
  );
}

function pie(segments) {
  const total = segments.reduce((sum, { value }) => sum + value, 0);
  const [cx, cy, r] = [size.width / 2, size.height / 2, size.height / 2 - 14];
  let turn = 0;
  const point = (part) => `${cx + r * Math.sin(2 * Math.PI * part)} ${cy - r * Math.cos(2 * Math.PI * part)}`;
  return segments.map(({ value }, index) => {
    const from = turn;
    turn += value / total;
    const shape =
      segments.length === 1
        ? `M ${cx} ${cy - r} A ${r} ${r} 0 1 1 ${cx - 0.01} ${cy - r} Z`
        : `M ${cx} ${cy} L ${point(from)} A ${r} ${r} 0 ${turn - from > 0.5 ? 1 : 0} 1 ${point(turn)} Z`;
    return svg('path', { class: `slice fill-${index % 6}`, d: shape });
  });
}
