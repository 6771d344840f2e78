// Gradient descent on the loss J(w) = (1 - w)², beside the loss after each step.

import { chart } from "./chart.js";
import { descend, verdictOf } from "./maths.js";
import { explorer, significant } from "./ui.js";

const LOWEST = 1e-6; // loss that is still told apart from 0
const LOSSES = [0.0001, 0.01, 1, 100, 10000, 1000000]; // ticks
const loss = (weight) => (1 - weight) ** 2;
const CURVE = Array.from({ length: 121 }, (_, i) => -2 + i / 20).map((weight) => [weight, loss(weight)]);

function render({ el }) {
  const ui = explorer(el, draw);
  const rate = ui.slider("learning rate", 0.1, 0.01, 1.2, 0.01, "How far a step goes for a given slope.");
  const start = ui.slider("start", -1, -1.8, 3.8, 0.1, "The first weight.");
  const steps = ui.slider("steps", 12, 1, 40, 1, "How many steps.");

  function draw(width) {
    const weights = descend(rate.value, start.value, steps.value), losses = weights.map(loss);
    const half = width < 560 ? width : width / 2, verdict = verdictOf(weights);
    ui.picture.replaceChildren();
    chart(ui.picture, half, 290, wayDown(rate.value, verdict, weights));
    chart(ui.picture, half, 290, lossesAfter(losses));
    const side = rate.value > 0.5 ? ", but on its other side" : "", share = Math.round(100 * Math.abs(1 - 2 * rate.value));
    const words = `Each step leaves ${share}% of the distance to the lowest point${side}.`;
    const found = `after ${steps.value} step${steps.value > 1 ? "s" : ""} w = ${significant(weights.at(-1))}`;
    ui.say(`${words} It ${verdict === "too slow" ? "is too slow" : verdict}: ${found}.`, `Gradient descent on a curve `
      + `with its lowest point at w = 1. Learning rate ${rate.value} from w = ${start.value}: ${verdict}; ${found}. ${words} `
      + `The loss went from ${significant(losses[0])} to ${significant(losses.at(-1))}.`);
  }
  return ui.close;
}

const wayDown = (rate, verdict, weights) => ({
  title: `R = ${rate}: ${verdict}`,
  x: { low: -2, high: 4, ticks: [-1, 1, 3], label: "weight w" },
  y: { low: -0.4, high: 9, ticks: [0, 2, 4, 6, 8], label: "loss J" },
  marks: [
    { kind: "line", points: CURVE, style: "thin" },
    { kind: "line", points: weights.map((weight) => [weight, loss(weight)]), style: "blue dashed" },
    { kind: "circle", points: weights.slice(1).map((weight) => [weight, loss(weight)]), style: "full-blue" },
    { kind: "square", points: [[weights[0], loss(weights[0])]], style: "full-orange", size: 5 },
  ],
});

const lossesAfter = (losses) => {
  const points = losses.map((value, step) => [step, Math.max(value, LOWEST)]);
  return {
    title: "loss after each step",
    x: { low: 0, high: losses.length - 1, label: "step" },
    y: { low: LOWEST / 2, high: Math.max(20, 2 * Math.max(...losses)), ticks: LOSSES, log: true },
    marks: [{ kind: "line", points, style: "blue" }, { kind: "circle", points, style: "full-blue", size: 3.5 }],
  };
};

export default { render };
