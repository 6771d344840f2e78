/* The network on the landing page: it answers for a photo of a cat at once, then for whatever the visitor gives. */
import { load } from "../try/classifier.js";
import { decoded } from "../try/photo.js";
import { shrink } from "../try/pixels.js";

const FIRST = "cat"; // the sample that is classified without a click
const SHOWN = 3; // classes
const at = (id) => document.getElementById(`front-${id}`);
const percent = (share) => `${(100 * share).toFixed(1)}%`;
const site = new URL("../try/", import.meta.url);
const seen = Object.assign(new Image(160, 160), { alt: "The image that the network classifies" });
let latest = 0;

async function answer(file, address) {
  const number = ++latest;
  seen.src = address;
  try {
    const image = await decoded(file, address);
    const { page, classify } = await network;
    const { probabilities } = await classify(shrink(image, page.input), false);
    if (number === latest) show(page, probabilities);
  } catch (error) {
    at("says").textContent = error.message;
  }
}

function show({ classes, doubt }, probabilities) {
  const order = probabilities.map((_, i) => i).sort((a, b) => probabilities[b] - probabilities[a]);
  const unsure = doubt && probabilities[order[0]] < doubt.least;
  at("says").textContent = `It says ${classes[order[0]]}${unsure ? ", or perhaps none of its ten classes" : ""}.`;
  at("bars").replaceChildren(...order.slice(0, SHOWN).map((i) => row(classes[i], probabilities[i])));
}

function row(name, probability) {
  const line = document.createElement("li");
  const bar = document.createElement("span");
  line.textContent = `${name} ${percent(probability)}`;
  bar.className = "bar";
  bar.style.width = `${100 * probability}%`;
  line.append(bar);
  return line;
}

async function trySample(file) {
  const address = new URL(file, site);
  answer(await (await fetch(address)).blob(), address.href);
}

function offer({ samples }) {
  const buttons = Object.entries(samples).map(([shows, file]) => {
    const [item, button, image] = ["li", "button", "img"].map((tag) => document.createElement(tag));
    Object.assign(image, { src: new URL(file, site), alt: shows, width: 56, height: 56 });
    button.type = "button";
    button.append(image);
    button.addEventListener("click", () => trySample(file));
    item.append(button);
    return item;
  });
  at("samples").replaceChildren(...buttons);
  trySample(Object.entries(samples).find(([shows]) => shows.includes(FIRST))[1]);
}

at("image").append(seen);
at("live").hidden = false;
const network = load(offer);
network.catch((error) => { at("says").textContent = `The network could not be loaded: ${error.message}.`; });
at("file").addEventListener("change", () => {
  const [file] = at("file").files;
  if (file) answer(file, URL.createObjectURL(file));
  at("file").value = "";
});
