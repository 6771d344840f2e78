// The page: takes an image from wherever it comes, asks the network, shows the answer.

import { Board } from "./board.js";
import { load } from "./classifier.js";
import { MOST_PIXELS, show, shrink } from "./pixels.js";

const at = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(1)}%`;
let network;
let latest = 0; // of two images given in a hurry, only the later one is shown

function say(text) {
  at("status").textContent = text;
}

function complain(text) {
  at("problem").textContent = text;
  at("problem").hidden = !text;
}

// Decode a file as it is: turned as the camera was held, its colours as they are stored. How large it is, an
// <img> knows from the file's first bytes; only then is it unpacked, four bytes a pixel.
async function decoded(file, address) {
  const unreadable = () => {
    const name = file.name || "what you gave";
    throw new Error(`This browser cannot read ${name} as an image. JPEG, PNG and WebP work everywhere.`);
  };
  const { naturalWidth, naturalHeight } = await sized(address).catch(unreadable);
  if (naturalWidth * naturalHeight > MOST_PIXELS) {
    const millions = Math.round((naturalWidth * naturalHeight) / 1e6);
    throw new Error(`This image has ${millions} million pixels: make it smaller first (at most 50).`);
  }
  const options = { imageOrientation: "from-image", colorSpaceConversion: "none" };
  return createImageBitmap(file, options).catch(unreadable);
}

function sized(address) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = address;
  });
}

async function takeFile(file) {
  if (!file) return;
  complain("");
  say("Reading the image ...");
  const address = URL.createObjectURL(file);
  try {
    const image = await decoded(file, address);
    await answer(image, address);
    image.close();
  } catch (error) {
    URL.revokeObjectURL(address);
    say("");
    complain(error.message);
  }
}

async function answer(image, address) {
  const number = ++latest;
  const { page, classify } = await network;
  const start = performance.now();
  const small = shrink(image, page.input);
  const probabilities = await classify(small);
  if (number !== latest) return;
  complain("");
  show(small, page.input, at("seen"));
  URL.revokeObjectURL(at("original").src);
  at("original").parentElement.hidden = !address;
  if (address) at("original").src = address;
  list(page.classes, probabilities, performance.now() - start);
}

function list(names, probabilities, milliseconds) {
  const order = probabilities.map((_, i) => i).sort((a, b) => probabilities[b] - probabilities[a]);
  at("bars").replaceChildren(...order.map((i) => row(names[i], probabilities[i])));
  at("took").textContent = `From image to answer in ${Math.ceil(milliseconds)} ms, on this device.`;
  at("answer").hidden = false;
  const [first, second] = order;
  say(`It says ${names[first]}, ${percent(probabilities[first])}; then ${names[second]}, ${percent(probabilities[second])}.`);
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

async function start() {
  say(`Loading the network, about ${document.body.dataset.megabytes} MB the first time ...`);
  network = load();
  network.catch(() => {}); // told below
  at("choose").hidden = false;
  listen();
  try {
    const { page } = await network;
    offerSamples(page.samples);
    if (page.input.channels === 1) offerBoard();
    if (!latest) say("Ready.");
  } catch (error) {
    say("");
    complain(`The network could not be loaded: ${error.message}.`);
  }
}

start();
