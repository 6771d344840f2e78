// A small chart: axes with ticks, lines and points. Its colours are those of the classes in explorer.css.

import { drawing, percent, shape } from "./ui.js";

const MARGIN = { left: 62, right: 12, top: 34, bottom: 48 };
const FAR = 1e4; // pixels; what lies further away is outside anyway

// Round numbers from low to high: about `count` of them, in steps of 1, 2 or 5 times a power of ten.
export function ticks(low, high, count = 5) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9));
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

// From a value to its place on an axis that is `length` pixels long.
export function scale({ low, high, log = false }, length) {
  const at = (value) => (log ? Math.log10(Math.max(value, low)) : value);
  return (value) => Math.max(-FAR, Math.min(FAR, ((at(value) - at(low)) * length) / (at(high) - at(low))));
}

// Draw a chart; axes are {low, high, label, ticks, log}, marks {kind: line | circle | square | rule, points, style}.
export function chart(parent, width, height, { title, x, y, marks }) {
  const svg = drawing(parent, width, height);
  const [wide, high] = [width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
  const across = scale(x, wide), up = scale(y, high), place = ([px, py]) => [across(px), high - up(py)];
  const write = (parent, px, py, kind, text, more) => shape("text", parent, { x: px, y: py, class: kind, ...more }, text);
  write(svg, MARGIN.left + wide / 2, 15, "name", title);
  const area = shape("g", svg, { transform: `translate(${MARGIN.left} ${MARGIN.top})` });
  for (const tick of (y.ticks ?? ticks(y.low, y.high)).filter((tick) => tick >= y.low && tick <= y.high)) {
    shape("line", area, { x1: 0, x2: wide, y1: high - up(tick), y2: high - up(tick), class: "grid" });
    write(area, -7, high - up(tick), "number end", tick.toLocaleString("en-GB", { maximumFractionDigits: 4 }));
  }
  for (const tick of x.ticks ?? ticks(x.low, x.high, wide / 60)) write(area, across(tick), high + 14, "number", tick);
  shape("path", area, { d: `M0 0V${high}H${wide}`, class: "axis" });
  write(area, wide / 2, high + 36, "number", x.label);
  write(area, -high / 2, 10 - MARGIN.left, "number", y.label ?? "", { transform: "rotate(-90)" });
  // An inner <svg> clips what lies outside; it is larger than the axes, so that points on them are whole.
  const clip = shape("svg", area, { x: -8, y: -8, width: wide + 16, height: high + 16 });
  const inside = shape("g", clip, { transform: "translate(8 8)" });
  for (const { kind, points, style, size = 4 } of marks) {
    const places = points.filter((point) => point.every(Number.isFinite)).map(place);
    if (kind === "line") shape("polyline", inside, { points: places.join(" "), class: `trace ${style}` });
    else for (const [px, py] of places) drawPoint(inside, kind, px, py, size, style, high);
  }
}

function drawPoint(parent, kind, x, y, size, style, high) {
  if (kind === "rule") shape("line", parent, { x1: x, x2: x, y1: 0, y2: high, class: style });
  else if (kind === "circle") shape("circle", parent, { cx: x, cy: y, r: size, class: style });
  else shape("rect", parent, { x: x - size, y: y - size, width: 2 * size, height: 2 * size, class: style });
}

// One bar for each probability, the largest one marked.
export function bars(parent, width, names, probabilities) {
  const row = 26, svg = drawing(parent, width, row * names.length), most = width - 100;
  const best = probabilities.indexOf(Math.max(...probabilities));
  names.forEach((name, i) => {
    const y = row * (i + 0.5), long = most * probabilities[i];
    shape("text", svg, { x: 22, y, class: `end ${i === best ? "strong" : ""}` }, name);
    shape("rect", svg, { x: 30, y: y - 9, width: most, height: 18, class: "track" });
    shape("rect", svg, { x: 30, y: y - 9, width: long, height: 18, class: i === best ? "orange" : "blue" });
    shape("text", svg, { x: width, y, class: `end ${i === best ? "strong" : ""}` }, percent(probabilities[i]));
  });
}
