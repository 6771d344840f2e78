// What the page is made of: elements, images of 32 x 32 pixels, bars of probabilities, the curves of a training.

import { drawing, element, shape } from "../web/ui.js";

export const SIDE = 32;
export const PIXELS = SIDE * SIDE * 3;
export const percent = (share) => `${Math.round(100 * share)}%`;

// Paint red, green and blue of an image onto a canvas; CSS enlarges it.
export function paint(canvas, pixels) {
  [canvas.width, canvas.height] = [SIDE, SIDE];
  const image = new ImageData(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = pixels[3 * i + c];
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// An image with words below it, which say all that it shows.
export function figure(parent, pixels, words) {
  const made = element("figure", parent);
  paint(element("canvas", made, { "aria-hidden": "true" }), pixels);
  for (const line of words) element("figcaption", made, {}, line);
}

// The probabilities of all classes, the largest first.
export function bars(place, names, probabilities, caption) {
  place.replaceChildren();
  const table = element("table", place, { class: "bars" });
  element("caption", table, {}, caption);
  const order = names.map((_, i) => i).sort((a, b) => probabilities[b] - probabilities[a]);
  const body = element("tbody", table);
  for (const i of order) {
    const row = element("tr", body);
    element("th", row, { scope: "row" }, names[i]);
    element("td", row, {}, percent(probabilities[i]));
    const bar = element("div", element("td", row, { "aria-hidden": "true" }));
    bar.style.width = `${100 * probabilities[i]}%`;
  }
}

// Curves of accuracy: `log` has a row for each epoch, `now` is the epoch that is going on (or null).
export function curves(place, log, now, guess) {
  const width = Math.max(260, Math.min(640, place.clientWidth)); // in pixels of the screen: words stay readable
  const [height, left, right, top, bottom] = [280, 44, 84, 12, 44];
  const last = Math.max(5, log.length + (now ? 1 : 0));
  const highest = Math.max(0.6, guess ?? 0, ...log.flatMap((row) => [row.accuracy, row.val_accuracy])) + 0.05;
  const x = (epoch) => left + (epoch / last) * (width - left - right);
  const y = (accuracy) => height - bottom - (accuracy / highest) * (height - top - bottom);
  place.replaceChildren();
  const svg = drawing(place, width, height);
  for (let tenth = 0; tenth / 10 <= highest; tenth += 2) {
    shape("line", svg, { x1: left, x2: width - right, y1: y(tenth / 10), y2: y(tenth / 10), class: "grid" });
    shape("text", svg, { x: left - 8, y: y(tenth / 10) + 5, class: "end" }, `${10 * tenth}%`);
  }
  for (let epoch = 1; epoch <= last; epoch += Math.ceil(last / 10)) {
    shape("text", svg, { x: x(epoch), y: height - 22, class: "middle" }, epoch);
  }
  shape("text", svg, { x: x(last / 2), y: height - 4, class: "middle" }, "epoch");
  const across = (value, kind, name) => {
    shape("line", svg, { x1: left, x2: width - right, y1: y(value), y2: y(value), class: kind });
    shape("text", svg, { x: width - right + 6, y: y(value) + 5 }, name);
  };
  across(0.1, "chance", "by chance");
  if (guess !== null) across(guess, "guess", "your guess");
  const line = (name, kind) => {
    const points = log.map((row, i) => [x(i + 1), y(row[name])]);
    if (now && name in now) points.push([x(log.length + now.done), y(now[name])]);
    shape("polyline", svg, { points: points.join(" "), class: kind });
    for (const [cx, cy] of points) shape("circle", svg, { cx, cy, r: 4, class: kind });
  };
  line("accuracy", "training");
  line("val_accuracy", "validation");
}
