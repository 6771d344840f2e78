// A small convolutional network, forwards: from images to the scores of the classes. train.js trains it.
//
// A network is a list of layers; each takes the numbers of the one before. Shapes and the order of the numbers
// are those of Keras: images x height x width x channels, kernels 3 x 3 x channels x filters. All lie in one
// Float32Array, the last axis closest together.

import { multiply } from "./matrix.js";

// Lay out a network for images of this shape: { kind: "conv", filters }, { kind: "pool" }, { kind: "dense",
// units }, the last two of them with relu: true or without. Weights come from `initialize`, or from elsewhere.
export function build(shape, kinds) {
  const layers = kinds.map((kind) => {
    const layer = { ...kind, input: shape };
    const [height, width, channels] = shape;
    if (kind.kind === "conv") {
      layer.output = [height - 2, width - 2, kind.filters]; // "valid": a kernel stays inside its image
      layer.weights = new Float32Array(9 * channels * kind.filters);
    } else if (kind.kind === "pool") {
      layer.output = [height >> 1, width >> 1, channels]; // halved, rounded down
    } else {
      layer.output = [kind.units];
      layer.weights = new Float32Array(size(shape) * kind.units);
    }
    if (layer.weights) layer.biases = new Float32Array(layer.output.at(-1));
    shape = layer.output;
    return layer;
  });
  return layers;
}

export const size = (shape) => shape.reduce((a, b) => a * b, 1);

// Send n images through all layers; what each layer answers stays in layer.y, where training looks for it.
export function forward(layers, images, n) {
  return layers.reduce((x, layer) => run[layer.kind](layer, x, n), images);
}

const run = { conv, pool, dense };

// A dense layer is one product of matrices, and a bias for each unit.
export function dense(layer, x, n) {
  const inputs = size(layer.input);
  const units = size(layer.output);
  const y = startWithBiases(layer, n * units);
  multiply(y, x, layer.weights, [n, inputs, units], [inputs, 1], [units, 1]);
  return activated(layer, y);
}

// A convolution is a dense layer on every patch of 3 x 3 pixels, with the same weights everywhere.
export function conv(layer, x, n) {
  const [height, width, filters] = layer.output;
  const depth = 9 * layer.input[2];
  const places = height * width;
  const y = startWithBiases(layer, n * places * filters);
  layer.patches = room(layer.patches, n * places * depth);
  eachPatch(layer, n, (from, to, length) => {
    for (let i = 0; i < length; i++) layer.patches[to + i] = x[from + i];
  });
  for (let image = 0; image < n; image++) { // one at a time: its patches fit into the processor's cache
    const patches = layer.patches.subarray(image * places * depth, (image + 1) * places * depth);
    const answers = y.subarray(image * places * filters, (image + 1) * places * filters);
    multiply(answers, patches, layer.weights, [places, depth, filters], [depth, 1], [filters, 1]);
  }
  return activated(layer, y);
}

// Visit all patches: each is three runs of neighbouring numbers, `from` in the image `to` in the row of patches.
export function eachPatch(layer, n, visit) {
  const [rows, columns, channels] = layer.input;
  const length = 3 * channels;
  let to = 0;
  for (let image = 0; image < n; image++) {
    for (let row = 0; row < rows - 2; row++) {
      for (let column = 0; column < columns - 2; column++) {
        for (let line = 0; line < 3; line++) {
          visit(((image * rows + row + line) * columns + column) * channels, to, length);
          to += length;
        }
      }
    }
  }
}

// Keep the largest of each 2 x 2 values, and remember where it was.
export function pool(layer, x, n) {
  const [rows, columns, channels] = layer.input;
  const [height, width] = layer.output;
  const count = n * height * width * channels;
  layer.y = room(layer.y, count);
  layer.winners = layer.winners?.length === count ? layer.winners : new Int32Array(count);
  let to = 0;
  for (let image = 0; image < n; image++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const corner = ((image * rows + 2 * row) * columns + 2 * column) * channels;
        for (let channel = 0; channel < channels; channel++) {
          const first = corner + channel;
          const below = first + columns * channels;
          let best = first;
          if (x[first + channels] > x[best]) best = first + channels;
          if (x[below] > x[best]) best = below;
          if (x[below + channels] > x[best]) best = below + channels;
          layer.winners[to] = best;
          layer.y[to++] = x[best];
        }
      }
    }
  }
  return layer.y;
}

// Turn each row of scores into probabilities; the largest score is taken away first, else exp overflows.
export function softmax(scores, classes) {
  const probabilities = new Float32Array(scores.length);
  for (let start = 0; start < scores.length; start += classes) {
    let largest = -Infinity;
    for (let i = start; i < start + classes; i++) largest = Math.max(largest, scores[i]);
    let sum = 0;
    for (let i = start; i < start + classes; i++) sum += probabilities[i] = Math.exp(scores[i] - largest);
    for (let i = start; i < start + classes; i++) probabilities[i] /= sum;
  }
  return probabilities;
}

// Ask the network about n images, values 0..1: n x classes probabilities.
export function predict(layers, images, n) {
  const classes = layers.at(-1).output[0];
  const pixels = images.length / n;
  const answers = new Float32Array(n * classes);
  for (let at = 0; at < n; at += 32) { // in batches, which keeps memory small
    const count = Math.min(32, n - at);
    const scores = forward(layers, images.subarray(at * pixels, (at + count) * pixels), count);
    answers.set(softmax(scores, classes), at * classes);
  }
  return answers;
}

// Give an array of this length, the one at hand if it fits: a fresh one for each batch would cost time.
export function room(array, length) {
  return array?.length === length ? array : new Float32Array(length);
}

function startWithBiases(layer, length) {
  layer.y = room(layer.y, length);
  const { y, biases } = layer;
  for (let i = 0; i < length; i += biases.length) y.set(biases, i);
  return y;
}

function activated(layer, y) {
  if (layer.relu) for (let i = 0; i < y.length; i++) if (y[i] < 0) y[i] = 0;
  return y;
}
