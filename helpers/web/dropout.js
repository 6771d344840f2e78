// A layer of eight neurons with dropout, and its outputs before and after.

import { dropped, randomNumbers } from "./maths.js";
import { drawing, element, explorer, fixed, shape, short } from "./ui.js";

const OUTPUTS = [0.9, 0.3, 0.6, 1.2, 0.2, 0.8, 0.5, 1.1];
const FIRST = 10; // seed of a batch in which three are off
const ROW = 34, TOP = 22, HEIGHT = TOP + ROW * OUTPUTS.length + 6, WIDE = 210; // pixels
// Where the neurons of each layer are.
const PLACES = [3, OUTPUTS.length, 2].map((size, layer) =>
  Array.from({ length: size }, (_, row) => [25 + 80 * layer, TOP + ROW * (row + (OUTPUTS.length - size + 1) / 2)]),
);
const sum = (values) => values.reduce((total, value) => total + value, 0);

function render({ el }) {
  const ui = explorer(el, draw);
  const rate = ui.slider("rate", 0.5, 0, 0.9, 0.05, "The probability that a neuron is switched off.");
  const batch = ui.button("Next batch", "Each training step switches off different neurons.");
  const training = ui.tick("training", true, "Dropout works in training only.");
  const after = (seed) => dropped(OUTPUTS, rate.value, randomNumbers(FIRST + seed, OUTPUTS.length));

  function draw() {
    const now = training.checked ? after(batch.value) : OUTPUTS, off = now.filter((value) => value === 0).length;
    ui.picture.replaceChildren();
    const row = element("div", ui.picture, { class: "side-by-side" });
    drawNetwork(row, now, off);
    drawOutputs(row, OUTPUTS, "before", 2.8);
    drawOutputs(row, now, training.checked ? "after dropout" : "after", Math.max(2.8, 1.1 * Math.max(...now)));
    let words = "Predicting: dropout changes nothing.";
    if (training.checked) {
      const sums = Array.from({ length: batch.value + 1 }, (_, seed) => sum(after(seed)));
      words = `Training: each output becomes 0 with probability ${rate.value}, or is divided by 1 \u2212 ${rate.value} = `
        + `${short(1 - rate.value)}, so that the sum stays the same on average`
        + (sums.length > 1 ? ` (over ${sums.length} batches so far: ${fixed(sum(sums) / sums.length, 1)}).` : ".");
    }
    ui.say(words, `${words} Here ${off} of ${OUTPUTS.length} neurons are off; the sum of the outputs is `
      + `${fixed(sum(OUTPUTS), 1)} before and ${fixed(sum(now), 1)} after.`);
  }
  return ui.close;
}

function drawNetwork(parent, outputs, off) {
  const svg = drawing(parent, WIDE, HEIGHT);
  shape("text", svg, { x: WIDE / 2, y: 10, class: "name" }, off ? `${off} of ${outputs.length} neurons off` : "all neurons on");
  const isOff = (layer, row) => layer === 1 && outputs[row] === 0;
  for (const [x1, y1] of [...PLACES[0], ...PLACES[2]]) {
    PLACES[1].forEach(([x2, y2], row) => isOff(1, row) || shape("line", svg, { x1, y1, x2, y2, class: "thin" }));
  }
  PLACES.forEach((places, layer) => places.forEach(([cx, cy], row) => {
    const kind = isOff(layer, row) ? "off" : ["green", "blue", "orange"][layer];
    shape("circle", svg, { cx, cy, r: 13, class: kind });
    if (kind === "off") shape("text", svg, { x: cx, y: cy }, "×");
  }));
}

// The outputs as bars, each at the height of its neuron.
function drawOutputs(parent, values, title, most) {
  const svg = drawing(parent, WIDE, HEIGHT);
  shape("text", svg, { x: 0, y: 10, class: "name start" }, `${title}: sum ${fixed(sum(values), 1)}`);
  values.forEach((value, row) => {
    const y = PLACES[1][row][1], width = ((WIDE - 50) * value) / most;
    shape("rect", svg, { x: 1, y: y - 12, width, height: 24, class: "blue" });
    shape("text", svg, { x: width + 8, y, class: "start" }, short(value, 1));
  });
}

export default { render };
