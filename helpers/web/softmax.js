// Softmax: a slider for each weighted sum, and the probabilities that it computes from them.

import { softmax } from "./maths.js";
import { element, explorer, fixed } from "./ui.js";

function render({ model, el }) {
  const { names, sums } = model.get("data"), ui = explorer(el, draw);
  const sliders = sums.map((sum, i) => ui.slider(`sum of ${names[i]}`, sum, -10, 10, 0.1));
  const temperature = ui.slider("temperature", 1, 0.1, 10, 0.1, "All sums are divided by it first.");

  function draw() {
    const chances = softmax(sliders.map((slider) => slider.value), temperature.value);
    ui.picture.replaceChildren();
    chances.forEach((chance, i) => {
      const row = element("div", ui.picture, { class: "bar" });
      element("span", row, {}, names[i]);
      element("i", element("b", row)).style.width = `${100 * chance}%`;
      element("span", row, {}, fixed(chance, 3));
    });
    ui.say(`Softmax: ${chances.map((chance, i) => `${names[i]} ${fixed(chance, 3)}`).join(", ")}.`);
  }
  return ui.close;
}

export default { render };
