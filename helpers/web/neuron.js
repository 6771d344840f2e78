// One neuron: a slider for each of its numbers, and what it computes from them.

import { ACTIVATIONS, weightedSum } from "./maths.js";
import { arrow, drawing, explorer, fixed, shape, short } from "./ui.js";

const STEP = 62, TOP = 56; // pixels between two inputs, and above them for the bias

function render({ model, el }) {
  const { inputs, weights, bias, limit } = model.get("data");
  const ui = explorer(el, draw);
  const slider = (name, value) => ui.slider(name, value, -limit, limit, 0.1);
  const pairs = inputs.map((x, i) => [slider(`input ${i + 1}`, x), slider(`weight ${i + 1}`, weights[i])]);
  const biasSlider = slider("bias", bias), activation = ui.choice("activation", Object.keys(ACTIVATIONS));

  function draw(width) {
    const [xs, ws] = [0, 1].map((side) => pairs.map((pair) => pair[side].value));
    const sum = weightedSum(xs, ws, biasSlider.value), output = ACTIVATIONS[activation.value](sum);
    ui.picture.replaceChildren();
    drawNeuron(ui.picture, Math.min(width, 680), xs, ws, biasSlider.value, sum, activation.value, output);
    const numbers = `the sum is ${fixed(sum, 2)} and the output ${fixed(output, 2)}.`;
    const count = xs.length > 1 ? `${xs.length} inputs` : "1 input";
    ui.say(`T${numbers.slice(1)}`, `A neuron with ${count}: each is multiplied by its weight, the products and the bias `
      + `are added, and ${activation.value} gives the output; here ${numbers}`);
  }
  return ui.close;
}

function drawNeuron(parent, width, inputs, weights, bias, sum, activation, output) {
  const height = TOP + Math.max(2, inputs.length) * STEP + 28, svg = drawing(parent, width, height);
  if (width < 340) svg.classList.add("small");
  const middle = (TOP + height - 28) / 2, write = (x, y, text, kind = "") => shape("text", svg, { x, y, class: kind }, text);
  const [radius, outRadius] = width < 340 ? [19, 25] : [24, 30], [x0, x1] = [radius + 2, 2 * radius + 4]; // of inputs
  const [sumX, curveX, outX] = [0.48 * width, 0.7 * width, width - outRadius - 2], [half, curveHalf] = [0.12 * width, 0.075 * width];
  const left = sumX - half, lines = inputs.map((x, i) => middle + STEP * (i - (inputs.length - 1) / 2));
  lines.forEach((y, i) => {
    const end = middle + 0.35 * (y - middle);
    arrow(svg, x1, y, left, end);
    shape("circle", svg, { cx: x0, cy: y, r: radius, class: "green" });
    write(x0, y, short(inputs[i]));
    write((x1 + left) / 2, (y + end) / 2, `${weights[i] < 0 ? "" : "+"}${short(weights[i])}`, "halo");
  });
  write(sumX, 18, `bias ${bias < 0 ? "" : "+"}${short(bias)}`);
  arrow(svg, sumX, 30, sumX, middle - 32);
  shape("rect", svg, { x: left, y: middle - 32, width: 2 * half, height: 64, rx: 8, class: "blue" });
  write(sumX, middle, `${width < 420 ? "" : "z = "}${fixed(sum, 2)}`);
  arrow(svg, sumX + half, middle, curveX - curveHalf, middle);
  drawCurve(svg, curveX - curveHalf, middle - 32, 2 * curveHalf, 64, ACTIVATIONS[activation]);
  arrow(svg, curveX + curveHalf, middle, outX - outRadius, middle);
  shape("circle", svg, { cx: outX, cy: middle, r: outRadius, class: "orange" });
  write(outX, middle, fixed(output, 2));
  const names = [[x0, "inputs"], [(x1 + left) / 2 + 6, "weights"], [sumX, "sum"], [curveX, activation], [outX, "output"]];
  for (const [x, name] of names) write(x, height - 10, name, "name");
}

// The curve of an activation function from -3 to 3, and its zero line, in a box.
function drawCurve(svg, x, y, width, height, activation) {
  const zs = Array.from({ length: 61 }, (_, i) => -3 + i / 10), values = zs.map(activation);
  const low = Math.min(0, ...values), scale = (height - 24) / (Math.max(...values) - low);
  const across = (z) => x + 8 + ((z + 3) / 6) * (width - 16), up = (value) => y + height - 12 - (value - low) * scale;
  shape("rect", svg, { x, y, width, height, rx: 8, class: "blue" });
  shape("line", svg, { x1: across(-3), x2: across(3), y1: up(0), y2: up(0), class: "thin" });
  shape("polyline", svg, { points: zs.map((z, i) => [across(z), up(values[i])]).join(" "), class: "curve" });
}

export default { render };
