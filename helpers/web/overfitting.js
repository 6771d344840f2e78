// The curves of a training run up to an epoch of one's choice, and what they say there.

import { chart } from "./chart.js";
import { judge } from "./maths.js";
import { element, explorer, fixed } from "./ui.js";

function render({ model, el }) {
  const { histories } = model.get("data"); // by name: {loss, accuracy, val_loss, val_accuracy}, null where no number
  const longest = Math.max(...Object.values(histories).map((history) => history.loss.length));
  const ui = explorer(el, draw);
  const name = ui.choice("training", Object.keys(histories));
  const epochs = ui.slider("stop after", longest, 1, longest, 1, "The epoch after which training ends.");

  function draw(width) {
    const history = histories[name.value], count = history.loss.length, end = Math.min(epochs.value, count);
    const losses = history.val_loss.slice(0, end).map((value) => value ?? NaN);
    const lowest = Math.min(...losses.filter(Number.isFinite)), best = losses.indexOf(lowest) + 1;
    const half = width < 560 ? width : width / 2;
    ui.picture.replaceChildren();
    const ring = { kind: "circle", points: [[best, lowest]], style: "ring", size: 8 };
    chart(ui.picture, half, 290, curves("Loss", history.loss, history.val_loss, end, [ring]));
    chart(ui.picture, half, 290, curves("Accuracy", history.accuracy, history.val_accuracy, end, []));
    const legend = element("p", ui.picture, { class: "legend" });
    for (const [kind, words] of [["blue", "● training"], ["orange", "■ validation"], ["vermilion", "○ lowest validation loss"]]) {
      element("span", legend, { class: kind }, words);
    }
    const gap = `validation minus training loss ${fixed(losses.at(-1) - history.loss[end - 1], 2)}`;
    const verdict = judge(losses);
    ui.say(`Stopped after epoch ${end} of ${count}: ${gap}. ${verdict}`, `Training ${name.value} up to epoch ${end} of `
      + `${count}: ${gap}. ${verdict} Lowest validation loss: ${fixed(lowest, 2)} in epoch ${best}.`);
  }
  return ui.close;
}

// Training and validation up to the epoch `end`, and palely what came later.
function curves(title, training, validation, end, more) {
  const points = (values) => values.map((value, i) => [i + 1, value ?? NaN]);
  const all = [...training, ...validation].filter(Number.isFinite), [low, high] = [Math.min(...all), Math.max(...all)];
  const room = 0.05 * (high - low || 1);
  const drawn = [[points(training), "blue", "circle"], [points(validation), "orange", "square"]];
  return {
    title,
    x: { low: 0.5, high: training.length + 0.5, label: "epoch" },
    y: { low: low - room, high: high + room },
    marks: [
      { kind: "rule", points: [[end, low]], style: "thin" },
      ...drawn.map(([line, color]) => ({ kind: "line", points: line, style: `${color} pale` })),
      ...drawn.flatMap(([line, color, kind]) => [
        { kind: "line", points: line.slice(0, end), style: `${color} ${kind === "square" ? "dashed" : ""}` },
        { kind, points: line.slice(0, end), style: `full-${color}`, size: 3.5 },
      ]),
      ...more,
    ],
  };
}

export default { render };
