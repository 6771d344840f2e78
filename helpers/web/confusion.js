// A confusion matrix whose cells open their images.

import { imagesByCell } from "./maths.js";
import { element, explorer, percent } from "./ui.js";

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const images = (count) => `${count || "no"} image${count === 1 ? "" : "s"}`;

const numbers = (text) => text.split(" ").map(Number);

function render({ model, el }) {
  const { classes, labels, predicted, confidence, most, sheet } = model.get("data");
  const cells = imagesByCell(numbers(labels), numbers(predicted), classes.length), shares = numbers(confidence).map(percent);
  const counts = cells.map((row) => row.map((inside) => inside.length)), mistakes = counts[0].slice(1);
  const ui = explorer(el, draw), buttons = drawTable(ui.panel, classes, counts, choose);
  const whole = element("img", el, { src: sheet.url, hidden: "", alt: "" });
  whole.addEventListener("load", ui.redraw);
  const placeOf = placesOnSheet(cells, most);
  let cell;
  choose([0, 1 + mistakes.indexOf(Math.max(...mistakes))]); // a class alone: -1 + 1

  function choose([row, column]) {
    for (const button of buttons.flat()) Object.assign(button, { tabIndex: -1, ariaPressed: "false" });
    Object.assign(buttons[row][column], { tabIndex: 0, ariaPressed: "true" });
    cell = [row, column];
    ui.redraw();
  }

  function draw() {
    const [row, column] = cell, count = counts[row][column];
    const places = cells[row][column].slice(0, most).map(placeOf);
    ui.picture.replaceChildren();
    for (const place of places) drawImage(ui.picture, whole, sheet, place, shares[place]);
    const words = `True ${classes[row]}, predicted ${classes[column]}: ${images(count)}`
      + (count > most ? `, of which you see the ${most} most confident` : "");
    const probabilities = places.map((place) => shares[place]).join(", ");
    ui.say(`${words}.`, count ? `${words}, with probabilities ${probabilities}.` : `${words}.`);
  }
  return ui.close;
}

// The sheet has the first images of each cell, in the order of all images.
function placesOnSheet(cells, most) {
  const shown = cells.flat().flatMap((inside) => inside.slice(0, most)).sort((a, b) => a - b);
  const places = new Map(shown.map((image, place) => [image, place]));
  return (image) => places.get(image);
}

// A button for each cell, the darker the more images are in it. Tab leads to the chosen one, arrows to the others.
function drawTable(panel, classes, counts, choose) {
  element("div", panel, { class: "whole" }, "Rows: the true class. Columns: the predicted class. Press a cell to see its images.");
  const frame = element("div", panel, { class: "whole scrolls" });
  const table = element("table", frame, { class: "matrix", "aria-label": "Confusion matrix" });
  const head = element("tr", element("thead", table)), body = element("tbody", table), most = Math.max(...counts.flat(), 1);
  element("td", head);
  for (const name of classes) element("span", element("th", head, { scope: "col", title: name }), {}, name);
  return classes.map((name, row) => {
    const line = element("tr", body);
    element("th", line, { scope: "row", title: name }, name);
    return classes.map((other, column) => {
      const count = counts[row][column], words = `true ${name}, predicted ${other}: ${images(count)}`;
      const button = element("button", element("td", line), { type: "button", title: words, "aria-label": words }, count);
      button.style.setProperty("--share", Math.sqrt(count / most)); // the root tells the few from the fewer
      button.classList.toggle("diagonal", row === column);
      button.addEventListener("click", () => choose([row, column]));
      button.addEventListener("keydown", (event) => {
        const [down, right] = STEPS[event.key] ?? [0, 0], next = table.rows[1 + row + down]?.cells[1 + column + right];
        if (!(event.key in STEPS) || !next?.firstChild.click) return;
        event.preventDefault();
        next.firstChild.focus();
        next.firstChild.click();
      });
      return button;
    });
  });
}

// One image of the sheet, enlarged, with its probability below.
function drawImage(parent, whole, { columns, width, height }, place, words) {
  const figure = element("span", parent, { class: "small-image" });
  const context = element("canvas", figure, { width, height }).getContext("2d");
  const [x, y] = [(place % columns) * width, Math.floor(place / columns) * height];
  if (whole.complete) context.drawImage(whole, x, y, width, height, 0, 0, width, height);
  element("span", figure, {}, words);
}

export default { render };
