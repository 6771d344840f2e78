// The page: takes an image from wherever it comes, asks the network, shows the answer.

import { Board } from "./board.js";
import { Camera } from "./camera.js";
import { load } from "./classifier.js";
import { Inside } from "./inside.js";
import { decoded } from "./photo.js";
import { show, shrink } from "./pixels.js";

const at = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(1)}%`;
let network, inside, camera;
let latest = 0; // of two images given in a hurry, only the later one is shown

function say(text) {
  at("status").textContent = text;
}

function complain(text) {
  at("problem").textContent = text;
  at("problem").hidden = !text;
}

async function takeFile(file) {
  if (!file) return;
  stopCamera();
  complain("");
  say("Reading the image ...");
  const address = URL.createObjectURL(file);
  const number = ++latest;
  try {
    const image = await decoded(file, address);
    await answer(image, address, number);
    image.close();
  } catch (error) {
    URL.revokeObjectURL(address);
    if (number !== latest) return;
    say("");
    complain(error.message);
  }
}

async function answer(image, address, number = ++latest) {
  const { page, classify } = await network;
  const start = performance.now();
  const small = shrink(image, page.input);
  const { probabilities, maps } = await classify(small);
  if (number !== latest) return;
  complain("");
  show(small, page.input, at("seen"));
  URL.revokeObjectURL(at("original").src);
  at("original").parentElement.hidden = !address;
  if (address) at("original").src = address;
  at("film").parentElement.hidden = !camera?.on;
  list(page, probabilities, performance.now() - start);
  const { height, width, channels } = page.input;
  inside.show({ dims: [1, height, width, channels], data: Float32Array.from(small, (value) => value / page.divide_by) }, maps);
}

function list({ classes, doubt }, probabilities, milliseconds) {
  const order = probabilities.map((_, i) => i).sort((a, b) => probabilities[b] - probabilities[a]);
  at("bars").replaceChildren(...order.map((i) => row(classes[i], probabilities[i])));
  at("took").textContent = `From image to answer in ${Math.ceil(milliseconds)} ms, on this device.`;
  at("answer").hidden = false;
  const [first, second] = order;
  const unsure = doubt && probabilities[first] < doubt.least;
  at("doubt").hidden = !unsure;
  if (unsure) {
    at("doubt").textContent =
      `Perhaps none of my classes: the highest probability, ${percent(probabilities[first])}, is below ${percent(doubt.least)}.`;
  }
  if (camera?.on && list.first === first) return; // a screen reader hears what changes
  list.first = first;
  const both = `It says ${classes[first]}, ${percent(probabilities[first])}; then ${classes[second]}, ${percent(probabilities[second])}.`;
  say(unsure ? `${both} Perhaps none of my classes.` : both);
}

function row(name, probability) {
  const line = document.createElement("tr");
  const [head, value, space, bar] = ["th", "td", "td", "div"].map((tag) => document.createElement(tag));
  head.scope = "row";
  head.textContent = name;
  value.textContent = percent(probability);
  value.dataset.probability = probability;
  bar.className = "bar";
  bar.style.width = `${100 * probability}%`;
  space.setAttribute("aria-hidden", "true");
  space.append(bar);
  line.append(head, value, space);
  return line;
}

function listen() {
  for (const id of ["file", "camera"]) {
    at(id).addEventListener("change", () => {
      takeFile(at(id).files[0]);
      at(id).value = ""; // the same file may come again
    });
  }
  document.addEventListener("paste", (event) => takeFile(event.clipboardData.files[0]));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    at("drop").classList.add("over");
  });
  document.addEventListener("dragleave", () => at("drop").classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    at("drop").classList.remove("over");
    takeFile(event.dataTransfer.files[0]);
  });
}

function offerSamples(samples) {
  at("samples").replaceChildren(...Object.entries(samples).map(([shows, file]) => sample(shows, file)));
  at("try").hidden = !Object.keys(samples).length;
}

function sample(shows, file) {
  const [item, button, image] = ["li", "button", "img"].map((tag) => document.createElement(tag));
  const address = new URL(file, import.meta.url);
  image.src = address;
  image.alt = ""; // the words beside it say what it shows
  button.type = "button";
  button.append(image, shows);
  button.addEventListener("click", async () => takeFile(await (await fetch(address)).blob()));
  item.append(button);
  return item;
}

function offerBoard() {
  const board = new Board(at("board"), { changed: () => answer(board.image(), ""), said: say });
  at("clear").addEventListener("click", () => board.clear());
  at("draw").hidden = false;
}

function stopCamera() {
  camera?.stop();
  at("film").parentElement.hidden = true;
  at("live").textContent = "Use the camera live";
}

function offerCamera() {
  at("live").hidden = !Camera.possible();
  camera = new Camera(at("film"), { seen: (image) => answer(image, ""), said: complain });
  at("live").addEventListener("click", () => {
    if (camera.on) return stopCamera();
    at("live").textContent = "Stop the camera";
    camera.start().then(() => camera.on || stopCamera());
  });
}

// A phone keeps the page, so that it works without a network; not before it works at all.
function keep() {
  navigator.serviceWorker?.register(new URL("sw.js", import.meta.url)).catch(() => {});
}

async function start() {
  say(`Loading the network, about ${document.body.dataset.megabytes} MB the first time ...`);
  network = load();
  network.catch(() => {}); // told below
  at("choose").hidden = false;
  listen();
  try {
    const { page } = await network;
    inside = new Inside(await network);
    offerSamples(page.samples);
    offerCamera();
    if (page.input.channels === 1) offerBoard();
    if (!latest) say("Ready.");
    keep();
  } catch (error) {
    say("");
    complain(`The network could not be loaded: ${error.message}.`);
  }
}

start();
