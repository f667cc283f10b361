// The data_visualization block as Slack draws it: title, plot with axes, legend; and the numbers as text for screen readers.
import { roundedNumber, scaleOf, shortNumber } from './chart-scale.js';
import { curveThrough } from './curve.js';
import { h, put, svg } from './dom.js';

/** Slack repeats its colours after this many. */
const colours = 4;
const widest = 516;
const height = 250;
const margin = { left: 52, right: 12, top: 10, bottom: 26 };
const axisTitle = 18;

export function drawChart({ title, chart }) {
  const picture = h('div', { class: 'plot' });
  const draw = (width) => put(picture, pictureOf({ title, chart }, Math.min(widest, width)));
  draw(widest);
  // Letters keep their size on a narrow window.
  new ResizeObserver(([{ contentRect }]) => contentRect.width > 0 && draw(contentRect.width)).observe(picture);
  const items = chart.type === 'pie' ? sharesOf(chart.segments) : chart.series.map(({ name }) => name);
  const legend = h(
    'ul',
    { class: 'legend', 'aria-hidden': 'true' },
    items.map((name, index) => h('li', {}, h('i', { class: `swatch fill-${index % colours}` }), name)),
  );
  return h('figure', { class: 'block chart' }, h('figcaption', {}, title), picture, legend);
}

function pictureOf({ title, chart }, width) {
  const content = chart.type === 'pie' ? pie(chart.segments, width) : plot(chart, width);
  return svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': inWords(title, chart) }, content);
}

function inWords(title, chart) {
  const points = (list) => list.map(({ label, value }) => `${label} ${shortNumber(value)}`).join(', ');
  if (chart.type === 'pie') return `${title}. ${points(chart.segments)}.`;
  return `${title}. ${chart.series.map(({ name, data }) => `${name}: ${points(data)}`).join('. ')}.`;
}

function plot({ type, series, axis_config: axis }, width) {
  const { categories, x_label: xLabel, y_label: yLabel } = axis;
  const values = series.map(({ data }) => categories.map((name) => data.find(({ label }) => label === name).value));
  const scale = scaleOf(values.flat(), type !== 'line');
  const frame = {
    left: margin.left + (yLabel === undefined ? 0 : axisTitle),
    right: width - margin.right,
    top: margin.top,
    bottom: height - margin.bottom - (xLabel === undefined ? 0 : axisTitle),
  };
  const inner = { width: frame.right - frame.left, height: frame.bottom - frame.top };
  const band = inner.width / categories.length;
  const step = categories.length > 1 ? inner.width / (categories.length - 1) : 0;
  const at = {
    x:
      type === 'bar' || step === 0
        ? (index) => frame.left + band * (index + 0.5)
        : (index) => frame.left + step * index,
    y: (value) => frame.bottom - (inner.height * (value - scale.from)) / (scale.to - scale.from),
    band,
    zero: Math.min(scale.to, Math.max(scale.from, 0)),
  };
  const draw = { line: lines, area: areas, bar: bars }[type];
  return [
    ...grid(scale, at, frame),
    ...categoryNames(categories, at, frame),
    ...titlesOf(axis, frame),
    ...draw(values, at),
  ];
}

function grid({ ticks }, at, frame) {
  return ticks.flatMap((tick) => [
    svg('line', { class: 'grid', x1: frame.left, x2: frame.right, y1: at.y(tick), y2: at.y(tick) }),
    svg('text', { class: 'tick', x: frame.left - 8, y: at.y(tick) + 4, 'text-anchor': 'end' }, roundedNumber(tick)),
  ]);
}

/** As many as fit in a row. */
function categoryNames(categories, at, frame) {
  const longest = Math.max(...categories.map((name) => name.length)) * 6.5 + 8;
  const every = Math.max(1, Math.ceil(longest / Math.max(1, at.x(1) - at.x(0))));
  const half = longest / 2 - 4;
  return categories.flatMap((name, index) => {
    if (index % every !== 0) return [];
    const x = Math.min(at.x(index), frame.right + margin.right - half);
    return [svg('text', { class: 'tick', x, y: frame.bottom + 18, 'text-anchor': 'middle' }, name)];
  });
}

function titlesOf({ x_label: xLabel, y_label: yLabel }, frame) {
  const middle = (frame.top + frame.bottom) / 2;
  const text = (x, y, words, more = {}) =>
    svg('text', { class: 'axis', x, y, 'text-anchor': 'middle', ...more }, words);
  return [
    ...(xLabel === undefined ? [] : [text((frame.left + frame.right) / 2, height - 6, xLabel)]),
    ...(yLabel === undefined ? [] : [text(12, middle, yLabel, { transform: `rotate(-90 12 ${middle})` })]),
  ];
}

const pointsOf = (row, at) => row.map((value, index) => [at.x(index), at.y(value)]);

function lines(values, at) {
  return values.map((row, index) =>
    svg('path', { class: `line stroke-${index % colours}`, d: curveThrough(pointsOf(row, at)) }),
  );
}

function areas(values, at) {
  return values.flatMap((row, index) => {
    const top = curveThrough(pointsOf(row, at));
    const floor = `L ${at.x(row.length - 1)} ${at.y(at.zero)} L ${at.x(0)} ${at.y(at.zero)} Z`;
    return [
      svg('path', { class: `area fill-${index % colours}`, d: `${top} ${floor}` }),
      svg('path', { class: `line stroke-${index % colours}`, d: top }),
    ];
  });
}

function bars(values, at) {
  const width = (at.band * 0.7) / values.length;
  return values.flatMap((row, series) =>
    row.map((value, index) =>
      svg('rect', {
        class: `fill-${series % colours}`,
        x: at.x(index) - at.band * 0.35 + series * width,
        y: Math.min(at.y(value), at.y(at.zero)),
        width: Math.max(1, width - 1),
        height: Math.max(1, Math.abs(at.y(value) - at.y(at.zero))),
        rx: 2,
      }),
    ),
  );
}

function sharesOf(segments) {
  const total = segments.reduce((sum, { value }) => sum + value, 0);
  return segments.map(({ label, value }) => `${label} · ${Math.round((100 * value) / total)}%`);
}

function pie(segments, width) {
  const total = segments.reduce((sum, { value }) => sum + value, 0);
  const [cx, cy, r] = [width / 2, height / 2, height / 2 - 14];
  let turn = 0;
  const point = (part) => `${cx + r * Math.sin(2 * Math.PI * part)} ${cy - r * Math.cos(2 * Math.PI * part)}`;
  return segments.map(({ value }, index) => {
    const from = turn;
    turn += value / total;
    const shape =
      segments.length === 1
        ? `M ${cx} ${cy - r} A ${r} ${r} 0 1 1 ${cx - 0.01} ${cy - r} Z`
        : `M ${cx} ${cy} L ${point(from)} A ${r} ${r} 0 ${turn - from > 0.5 ? 1 : 0} 1 ${point(turn)} Z`;
    return svg('path', { class: `slice fill-${index % colours}`, d: shape });
  });
}
