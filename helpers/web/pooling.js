// Pooling on a table of numbers: what is kept of each window, and what stays when the numbers move.

import { grid } from "./images.js";
import { pool } from "./maths.js";
import { element, explorer, short } from "./ui.js";

const CELL = 34; // pixels: input and output stand side by side on a phone, too
const KINDS = { maximum: "The largest number", average: "The mean" };

function render({ model, el }) {
  const { numbers } = model.get("data"), ui = explorer(el, draw);
  const kind = ui.choice("it keeps", Object.keys(KINDS)), size = ui.choice("window", ["2 × 2", "3 × 3"]);
  const moved = ui.slider("moved right", 0, 0, 2, 1, "By how many columns; zeros come in from the left.");

  function draw() {
    const n = Number(size.value[0]), shift = moved.value;
    const rows = numbers.map((row) => [...new Array(shift).fill(0), ...row.slice(0, row.length - shift)]);
    const output = pool(rows, n, kind.value), before = pool(numbers, n, kind.value).flat(), results = output.flat();
    const windowAt = (y, x) => [Math.floor(y / n), Math.floor(x / n)];
    function kindOf(y, x) {
      const [row, column] = windowAt(y, x), result = output[row]?.[column];
      if (result === undefined) return "dropped";
      if (kind.value === "maximum" && rows[y][x] === result) return "window";
      return (row + column) % 2 ? "known" : "";
    }
    ui.picture.replaceChildren();
    const tables = element("div", ui.picture, { class: "row" });
    grid(tables, "Input", rows, { cell: CELL, kind: kindOf });
    element("span", tables, { class: "sign" }, "→");
    grid(tables, "Output", output, { cell: CELL, kind: () => "done" });
    const same = results.filter((value, i) => value === before[i]).length;
    const found = `${KINDS[kind.value]} of each window: ${results.map((value) => short(value)).join(", ")}.`;
    ui.say(shift ? `${found} As before the move: ${same} of ${results.length}.` : found,
      `Pooling with windows of ${size.value} turns ${rows.length} x ${rows[0].length} numbers into ${output.length} x ${output[0].length}. ${found}`);
  }
  return ui.close;
}

export default { render };
