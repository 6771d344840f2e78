// Episode 1 in the browser: this file wires the page, web/train_worker.js does the training.

import { show as showExercise } from "./exercises.js";
import { bars, curves, figure, paint, percent, PIXELS, SIDE } from "./page_parts.js";
import { element } from "../web/ui.js";
import { decoded } from "../../try/photo.js";
import { show as showSmall, shrink } from "../../try/pixels.js";

// Half of the filters of Episode 1, and no dense layer between: a slow laptop gets through it in a minute.
const LAYERS = [
  { kind: "conv", filters: 8, relu: true },
  { kind: "pool" },
  { kind: "conv", filters: 16, relu: true },
  { kind: "pool" },
  { kind: "dense", units: 10 },
];
const [RATE, BATCH] = [0.002, 16];
const N_GUESSES = 8, N_SHOWN = 6, N_SUSPICIOUS = 5;
const INPUT = { width: SIDE, height: SIDE, channels: 3 };

const at = (id) => document.getElementById(id);
const course = await (await fetch(new URL("course.json", import.meta.url))).json();
const names = course.classes;
const state = { log: [], now: null, shown: 0 };
let worker;

const labels = () => Uint8Array.from(course.labels, Number);
const image = (i) => state.pixels.subarray(i * PIXELS, (i + 1) * PIXELS);
const name = (i) => names[course.labels[i]];

// 1 and 2: the images

async function load() {
  at("load").disabled = true;
  at("loaded").textContent = "Loading the images ...";
  try {
    const response = await fetch(new URL("images.webp", import.meta.url));
    if (!response.ok) throw new Error(`the server answers ${response.status}`);
    state.pixels = await unpacked(await response.blob());
    worker = new Worker(new URL("../web/train_worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }) => heard[data.kind]?.(data));
    await new Promise((resolve, reject) => { // from here on no connection is needed
      heard.ready = resolve;
      worker.onerror = () => reject(new Error("the program that trains is missing"));
      worker.postMessage({ kind: "load", pixels: state.pixels, labels: labels(), nTrain: course.n_train, layers: LAYERS });
    });
    worker.onerror = (error) => (at("progress-words").textContent = `Training stopped: ${error.message}`);
  } catch (error) {
    at("load").disabled = false;
    at("loaded").textContent = `✗ Not everything arrived: ${error.message}. Try again.`;
    return;
  }
  at("loaded").textContent = `✓ ${course.labels.length.toLocaleString("en")} images are here.`;
  for (const part of document.querySelectorAll(".needs-images")) part.hidden = false;
  at("load").hidden = at("not-loaded").hidden = true;
  askForLabel(0);
}

// The sheet is one large image; each 32 x 32 of it becomes 3,072 numbers, red, green and blue of each pixel.
async function unpacked(blob) {
  const sheet = await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  const context = new OffscreenCanvas(sheet.width, sheet.height).getContext("2d", { willReadFrequently: true });
  context.drawImage(sheet, 0, 0);
  const pixels = new Uint8Array(course.labels.length * PIXELS);
  let to = 0;
  for (let i = 0; i < course.labels.length; i++) {
    const [column, row] = [i % course.columns, Math.floor(i / course.columns)];
    const { data } = context.getImageData(column * SIDE, row * SIDE, SIDE, SIDE);
    for (let from = 0; from < data.length; from += 4) {
      for (let c = 0; c < 3; c++) pixels[to++] = data[from + c];
    }
  }
  return pixels;
}

let right = 0;

function askForLabel(i) {
  paint(at("guess-image"), image(i));
  at("guess-image").setAttribute("aria-label", `Image ${i + 1} of ${N_GUESSES}`);
  at("guess-classes").replaceChildren();
  for (const guess of names) {
    const button = element("button", element("li", at("guess-classes")), { type: "button" }, guess);
    button.addEventListener("click", () => answerLabel(i, guess));
  }
}

function answerLabel(i, guess) {
  right += guess === name(i);
  const verdict = guess === name(i) ? `✓ Yes: the label is ${name(i)}.` : `✗ You said ${guess}; the label is ${name(i)}.`;
  const score = `${right} of ${i + 1} so far.`;
  if (i + 1 < N_GUESSES) {
    at("guess-said").textContent = `${verdict} ${score}`;
    const keep = [...at("guess-classes").querySelectorAll("button")].indexOf(document.activeElement);
    askForLabel(i + 1);
    at("guess-classes").querySelectorAll("button")[keep]?.focus();
    return;
  }
  at("guess-said").textContent = `${verdict} You were right on ${right} of ${N_GUESSES}. Remember your score: soon the network will answer too.`;
  at("guess").hidden = true;
  at("seen").hidden = false;
  for (let k = 0; k < 24; k++) figure(at("first-images"), image(k), [name(k)]);
}

// 6: training

function train(more) {
  const guess = at("guess-accuracy").value;
  if (guess === "") {
    at("progress-words").textContent = "First make a guess: of 100 validation images, how many will it get right?";
    at("guess-accuracy").focus();
    return;
  }
  state.guess = guess / 100;
  if (!more) {
    state.log = [];
    at("log").tBodies[0].replaceChildren();
  }
  state.goal = state.log.length + Number(at("epochs").value);
  state.now = { done: 0 };
  const seed = more ? undefined : Number(at("seed").value);
  worker.postMessage({ kind: "train", epochs: Number(at("epochs").value), rate: RATE, batch: BATCH, seed });
  training(true);
  at("training").hidden = false;
  at("progress-words").textContent = `Training: epoch ${state.log.length + 1} has begun.`;
  draw();
}

function training(on) {
  for (const id of ["begin", "go-on", "ask-raw", "ask-right", "other-answers"]) at(id).disabled = on;
  at("photo").disabled = on;
  at("stop").disabled = !on;
}

const draw = () => curves(at("curves"), state.log, state.now, state.guess ?? null);

const heard = {
  step({ seen, accuracy, loss }) {
    state.now = { done: seen / course.n_train, accuracy };
    at("progress").value = seen / course.n_train;
    at("step-words").textContent = `epoch ${state.log.length + 1} of ${state.goal}: ${seen.toLocaleString("en")} of `
      + `${course.n_train.toLocaleString("en")} images, loss ${loss.toFixed(2)}`;
    draw();
  },

  epoch(row) {
    state.log.push(row);
    state.now = { done: 0 };
    const cells = element("tr", at("log").tBodies[0]);
    element("th", cells, { scope: "row" }, state.log.length);
    for (const key of ["accuracy", "loss", "val_accuracy", "val_loss"]) element("td", cells, {}, row[key].toFixed(3));
    element("td", cells, {}, row.seconds.toFixed(1));
    at("progress-words").textContent = `Epoch ${state.log.length} of ${state.goal}: accuracy ${percent(row.accuracy)}, `
      + `val_accuracy ${percent(row.val_accuracy)}.`;
    draw();
  },

  done({ stopped, probabilities }) {
    state.now = null;
    state.answers = Array.from({ length: probabilities.length / 10 }, (_, i) => probabilities.slice(10 * i, 10 * i + 10));
    training(false);
    at("step-words").textContent = "";
    at("begin").textContent = "Start again";
    at("go-on").hidden = false;
    draw();
    const found = state.answers.filter((row, i) => best(row) === name(course.n_train + i)).length / state.answers.length;
    at("progress-words").textContent = `${stopped ? "Stopped" : "Done"}: the network is right on ${(100 * found).toFixed(1)}% of the `
      + `validation images. Your guess was ${Math.round(100 * state.guess)}%.`;
    for (const part of document.querySelectorAll(".needs-network")) part.hidden = false;
    state.shown = 0;
    showAnswers();
  },
};

const best = (row) => names[row.indexOf(Math.max(...row))];

// 7: answers

function showAnswers() {
  const all = state.answers.map((row, i) => ({ i: course.n_train + i, row, label: name(course.n_train + i) }));
  for (const [id, want] of [["answers-right", true], ["answers-wrong", false]]) {
    const place = at(id);
    const some = all.filter(({ row, label }) => (best(row) === label) === want);
    place.replaceChildren();
    for (let k = 0; k < Math.min(N_SHOWN, some.length); k++) {
      const { i, row, label } = some[(state.shown + k) % some.length];
      figure(place, image(i), want ? [`${label} ${percent(Math.max(...row))}`] : [`says ${best(row)} ${percent(Math.max(...row))}`, `label: ${label}`]);
    }
  }
}

let questions = 0;

// Ask the network about values that are prepared, or not: resolves to rows of probabilities.
function ask(values) {
  const id = ++questions;
  return new Promise((resolve) => {
    const listen = ({ data }) => {
      if (data.kind !== "answer" || data.id !== id) return;
      worker.removeEventListener("message", listen);
      resolve(data.probabilities);
    };
    worker.addEventListener("message", listen);
    worker.postMessage({ kind: "ask", id, images: values });
  });
}

async function suspicious(divisor) {
  const first = course.n_train;
  const five = state.pixels.subarray(first * PIXELS, (first + N_SUSPICIOUS) * PIXELS);
  const answers = await ask(Float32Array.from(five, (value) => value / divisor));
  const largest = Array.from({ length: N_SUSPICIOUS }, (_, i) => Math.max(...answers.slice(10 * i, 10 * i + 10)).toFixed(2));
  at(divisor === 1 ? "said-raw" : "said-right").textContent = `largest probability of each: ${largest.join("  ")}`;
}

async function takePhoto(file) {
  if (!file) return;
  at("photo-said").textContent = "";
  const address = URL.createObjectURL(file);
  try {
    const photo = await decoded(file, address);
    const small = shrink(photo, INPUT);
    const probabilities = await ask(Float32Array.from(small, (value) => value / 255));
    at("photo-answer").hidden = false;
    showSmall(small, INPUT, at("photo-small"));
    bars(at("photo-bars"), names, probabilities, "What the network says about your photo");
    at("photo-said").textContent = `It says ${best(probabilities)}, ${percent(Math.max(...probabilities))}.`;
  } catch (error) {
    at("photo-said").textContent = `✗ ${error.message}`;
  } finally {
    URL.revokeObjectURL(address);
  }
}

for (const place of document.querySelectorAll("[data-exercise]")) showExercise(place, course.exercises[place.dataset.exercise]);
for (const live of document.querySelectorAll(".live-part:not(.needs-network)")) live.hidden = false;
at("no-script").hidden = true;
at("load").addEventListener("click", load);
at("begin").addEventListener("click", () => train(false));
at("go-on").addEventListener("click", () => train(true));
at("stop").addEventListener("click", () => worker.postMessage({ kind: "stop" }));
at("other-answers").addEventListener("click", () => ((state.shown += N_SHOWN), showAnswers()));
at("ask-raw").addEventListener("click", () => suspicious(1));
at("ask-right").addEventListener("click", () => suspicious(255));
at("photo").addEventListener("change", () => (takePhoto(at("photo").files[0]), (at("photo").value = "")));
window.addEventListener("resize", () => state.log.length && draw());
