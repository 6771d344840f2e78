// A field to draw a digit on, and what a network says about it, live. No library, nothing fetched.
// Mouse, finger and pen are pointer events; by keyboard the arrows move the pen, and Space sets it down.

const CELLS = 28, CELL = 10, SIDE = CELLS * CELL, PEN = 22; // screen pixels; PEN is the width of a stroke
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const HELP = "Draw with mouse or finger. By keyboard: arrows move the pen, Space sets it down or lifts it, Delete clears.";

function element(tag, parent, text = "", attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent.append(made);
  return made;
}

// Mean light of each of the 28 x 28 cells: whole numbers 0..255, row by row.
function cellMeans(context) {
  const light = context.getImageData(0, 0, SIDE, SIDE).data;
  const sums = new Array(CELLS * CELLS).fill(0);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++)
      sums[Math.floor(y / CELL) * CELLS + Math.floor(x / CELL)] += light[4 * (y * SIDE + x)];
  return sums.map((sum) => Math.round(sum / (CELL * CELL)));
}

function render({ model, el }) {
  const root = element("div", el, "", { class: "digit-canvas", "data-lm-suppress-shortcuts": "true" });
  const left = element("div", root), right = element("div", root, "", { class: "digit-answers" });
  const board = element("div", left, "", { class: "digit-board" });
  const canvas = element("canvas", board, "", {
    width: SIDE, height: SIDE, tabindex: 0, role: "application", "aria-label": `Drawing field. ${HELP}`,
  });
  const pen = element("div", board, "", { class: "digit-pen", "aria-hidden": "true" });
  element("p", left, HELP, { class: "digit-help" });
  const buttons = element("div", left, "", { class: "digit-buttons" });
  const clearButton = element("button", buttons, "Clear", { type: "button" });
  const label = element("label", buttons);
  const dark = element("input", label, "", { type: "checkbox" });
  label.append(" dark on light");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const state = { x: 0, y: 0, down: false, drawing: false, timer: null };

  const colours = () => (model.get("dark_on_light") ? ["white", "black"] : ["black", "white"]);

  function clear() {
    context.fillStyle = colours()[0];
    context.fillRect(0, 0, SIDE, SIDE);
    move(SIDE / 2, 4 * CELL);
    set(false);
    send();
  }

  function set(down) {
    state.down = down;
    pen.classList.toggle("down", down);
  }

  function line(x, y) {
    context.strokeStyle = colours()[1];
    context.lineWidth = PEN;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    context.moveTo(state.x, state.y);
    context.lineTo(x, y);
    context.stroke();
    move(x, y);
    send();
  }

  function move(x, y) {
    [state.x, state.y] = [x, y];
    pen.style.left = `${(100 * x) / SIDE}%`;
    pen.style.top = `${(100 * y) / SIDE}%`;
  }

  // At most one message every 80 ms, and always one after the last stroke.
  function send() {
    if (state.timer !== null) return;
    state.timer = setTimeout(() => {
      state.timer = null;
      model.set("pixels", cellMeans(context));
      model.save_changes();
    }, 80);
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * SIDE) / box.width, ((event.clientY - box.top) * SIDE) / box.height];
  }

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    state.drawing = true;
    move(...place(event));
    line(state.x, state.y);
  });
  canvas.addEventListener("pointermove", (event) => state.drawing && line(...place(event)));
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (state.drawing = false));

  canvas.addEventListener("keydown", (event) => {
    if (event.key in ARROWS) {
      const [x, y] = [state.x + CELL * ARROWS[event.key][0], state.y + CELL * ARROWS[event.key][1]];
      const inside = [Math.min(SIDE - 5, Math.max(5, x)), Math.min(SIDE - 5, Math.max(5, y))];
      state.down ? line(...inside) : move(...inside);
    } else if (event.key === " ") {
      set(!state.down);
      if (state.down) line(state.x, state.y);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      clear();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  clearButton.addEventListener("click", clear);
  dark.addEventListener("change", () => {
    model.set("dark_on_light", dark.checked);
    const drawn = context.getImageData(0, 0, SIDE, SIDE);
    for (let i = 0; i < drawn.data.length; i++) if (i % 4 < 3) drawn.data[i] = 255 - drawn.data[i];
    context.putImageData(drawn, 0, 0);
    send();
  });

  const choose = element("label", right, "network ");
  const list = element("select", choose, "", { "aria-label": "network" });
  for (const name of model.get("networks")) element("option", list, name, { value: name });
  choose.hidden = model.get("networks").length < 2;
  list.addEventListener("change", () => {
    model.set("network", list.value);
    model.save_changes();
  });
  const verdict = element("p", right, "", { role: "status", class: "digit-verdict" });
  const bars = model.get("probabilities").map((_, digit) => {
    const row = element("div", right, "", { class: "digit-row", "aria-hidden": "true" });
    element("span", row, String(digit));
    return [row, element("i", element("b", row)), element("span", row)];
  });

  function show() {
    const probabilities = model.get("probabilities"), best = probabilities.indexOf(Math.max(...probabilities));
    const empty = model.get("pixels").every((light, _, all) => light === all[0]);
    const say = (p) => `${(100 * p).toFixed(1)}%`;
    verdict.textContent = empty
      ? `Nothing is drawn yet, and still it says ${best} (${say(probabilities[best])}).`
      : `It says ${best} (${say(probabilities[best])}).`;
    bars.forEach(([row, bar, text], digit) => {
      row.classList.toggle("best", digit === best);
      bar.style.width = `${100 * probabilities[digit]}%`;
      text.textContent = say(probabilities[digit]);
    });
  }
  model.on("change:probabilities", show);
  dark.checked = model.get("dark_on_light");
  list.value = model.get("network");
  clear();
  show();
  return () => model.off("change:probabilities", show);
}

export default { render };
