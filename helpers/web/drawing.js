// Draw a digit, and watch what a network says about it, live: one in the kernel, or on the site one in the browser.

import { Board, HELP, SIDE } from "./board.js";
import { bars } from "./chart.js";
import { element, explorer, percent, Problem } from "./ui.js";

const DIGITS = Array.from("0123456789");
const PAUSE = 80; // ms between two questions

function render({ model, el }) {
  const { networks } = model.get("data"), alone = !model.set; // on the site there is no kernel
  const ui = explorer(el, draw), ask = (alone ? askBrowser : askKernel)(model, answered);
  const network = ui.choice("network", networks), dark = ui.tick("dark on light", false);
  network.parentElement.hidden = alone || networks.length < 2;
  const row = element("div", ui.panel.parentElement, { class: "side-by-side" }), left = element("div", row);
  const canvas = element("canvas", left, {
    class: "board", width: SIDE, height: SIDE, tabindex: 0, role: "application", "aria-label": `Drawing board. ${HELP}`,
  });
  const clear = element("button", left, { type: "button" }, "Clear");
  element("p", left, { class: "hint", "aria-hidden": "true" }, HELP);
  const spoken = element("p", left, { role: "status", class: "unseen" });
  row.append(ui.picture);
  const board = new Board(canvas, { changed: send, moved: send, said: (words) => (spoken.textContent = words) });
  let timer = null, probabilities = model.get("probabilities"), problem = "";

  clear.addEventListener("click", () => board.clear());
  network.addEventListener("input", send);
  dark.addEventListener("input", () => {
    board.dark = !dark.checked;
    board.paint();
    send();
  });
  if (!alone) send(); // the browser's network is fetched with the first stroke

  // At most one question every 80 ms, and always one after the last stroke.
  function send() {
    timer ??= setTimeout(() => {
      timer = null;
      ask(board.pixels(), network.value);
    }, PAUSE);
  }

  function answered(given, failure = "") {
    [probabilities, problem] = [given, failure];
    ui.redraw();
  }

  function draw(width) {
    if (problem) throw new Problem(problem);
    if (!probabilities) return ui.say("Draw a digit: the first stroke loads a network and its program, about 1 MB.");
    const share = Math.max(...probabilities), says = `it says ${probabilities.indexOf(share)} (${percent(share)}).`;
    ui.picture.replaceChildren();
    bars(ui.picture, Math.min(width, 380), DIGITS, probabilities);
    ui.say(board.strokes.length ? `I${says.slice(1)}` : `Nothing is drawn yet, and still ${says}`);
  }
  return ui.close;
}

// The kernel answers to pixels with probabilities.
function askKernel(model, answered) {
  model.on("change:probabilities", () => answered(model.get("probabilities")));
  return (pixels, network) => {
    model.set("pixels", pixels);
    model.set("network", network);
    model.save_changes();
  };
}

// The network of a page that `make_web_page` wrote, on the same host.
function askBrowser(model, answered) {
  let loading;
  return async (pixels) => {
    try {
      loading ??= import(new URL(`${model.get("data").page}/classifier.js`, document.baseURI)).then(({ load }) => load());
      answered((await (await loading).classify(pixels, false)).probabilities);
    } catch (error) {
      loading = null; // the next stroke tries again
      answered(null, `The network could not be loaded: ${error.message}.`);
    }
  };
}

export default { render };
