// How a network learns: its answers forwards (forward.js), the gradient of the loss backwards, Adam's step.

import { build, eachPatch, forward, predict, room, size, softmax } from "./forward.js";
import { multiply } from "./matrix.js";

export { build, predict };

// Random numbers from 0 to 1: the same seed gives the same ones, on every computer (mulberry32).
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Start with small random weights, as Keras does (Glorot): neither signal nor gradient grows from layer to layer.
export function initialize(layers, draw) {
  for (const { kind, weights, input, output } of layers) {
    if (!weights) continue;
    const places = kind === "conv" ? 9 : 1;
    const inputs = kind === "conv" ? input[2] : size(input);
    const limit = Math.sqrt(6 / (places * (inputs + output.at(-1))));
    for (let i = 0; i < weights.length; i++) weights[i] = (2 * draw() - 1) * limit;
  }
}

// Loss (cross-entropy), right answers, and the gradient of the loss by each weight: in layer.dWeights, dBiases.
export function gradients(layers, images, labels) {
  const n = labels.length;
  const classes = layers.at(-1).output[0];
  const probabilities = softmax(forward(layers, images, n), classes);
  let loss = 0;
  let right = 0;
  for (let i = 0; i < n; i++) {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    loss -= Math.log(Math.max(row[labels[i]], 1e-7)) / n;
    right += row.indexOf(Math.max(...row)) === labels[i];
  }
  // By the score of a class, the gradient is its probability, less one for the right class.
  const gradient = probabilities.map((p, i) => (p - (i % classes === labels[Math.floor(i / classes)])) / n);
  backward(layers, images, gradient, n);
  return { loss, right };
}

// From the last layer to the first, each turns the gradient by its outputs into that by its inputs.
function backward(layers, images, gradient, n) {
  for (let at = layers.length - 1; at >= 0; at--) {
    const layer = layers[at];
    if (layer.relu) for (let i = 0; i < gradient.length; i++) if (layer.y[i] <= 0) gradient[i] = 0;
    if (layer.weights) prepareGradients(layer, gradient);
    const x = at ? layers[at - 1].y : images;
    gradient = back[layer.kind](layer, x, gradient, n, at > 0);
  }
}

function prepareGradients(layer, gradient) {
  layer.dWeights = room(layer.dWeights, layer.weights.length).fill(0);
  layer.dBiases = room(layer.dBiases, layer.biases.length).fill(0);
  const { dBiases } = layer;
  for (let i = 0; i < gradient.length; ) {
    for (let unit = 0; unit < dBiases.length; unit++) dBiases[unit] += gradient[i++];
  }
}

const back = { dense: backDense, conv: backConv, pool: backPool };

// y = x W, so the gradient by W is x turned on its side times that by y, and by x it is that by y times W turned.
function backDense(layer, x, dy, n, inputsToo) {
  const inputs = size(layer.input);
  const units = size(layer.output);
  multiply(layer.dWeights, x, dy, [inputs, n, units], [1, inputs], [units, 1]);
  if (!inputsToo) return null;
  layer.dx = room(layer.dx, n * inputs).fill(0);
  multiply(layer.dx, dy, layer.weights, [n, units, inputs], [units, 1], [1, units]);
  return layer.dx;
}

// The same on patches; a pixel that lies in nine patches gets the sum of nine gradients.
function backConv(layer, x, dy, n, inputsToo) {
  const [height, width, filters] = layer.output;
  const depth = 9 * layer.input[2];
  const places = height * width;
  const { patches, weights, dWeights } = layer;
  layer.dPatches = inputsToo ? room(layer.dPatches, patches.length).fill(0) : null;
  for (let image = 0; image < n; image++) {
    const part = (array, length) => array.subarray(image * places * length, (image + 1) * places * length);
    const answers = part(dy, filters);
    multiply(dWeights, part(patches, depth), answers, [depth, places, filters], [1, depth], [filters, 1]);
    if (!inputsToo) continue;
    multiply(part(layer.dPatches, depth), answers, weights, [places, filters, depth], [filters, 1], [1, filters]);
  }
  if (!inputsToo) return null;
  layer.dx = room(layer.dx, n * size(layer.input)).fill(0);
  const { dx, dPatches } = layer;
  eachPatch(layer, n, (from, to, length) => {
    for (let i = 0; i < length; i++) dx[from + i] += dPatches[to + i];
  });
  return dx;
}

// Only the largest of four values had a say.
function backPool(layer, x, dy) {
  layer.dx = room(layer.dx, x.length).fill(0);
  for (let i = 0; i < dy.length; i++) layer.dx[layer.winners[i]] += dy[i];
  return layer.dx;
}

// Adam (Kingma and Ba, 2015), with the settings of Keras: each weight gets steps of its own size.
export function adam(layers, rate = 0.001) {
  const of = (values) => ({ mean: new Float32Array(values.length), square: new Float32Array(values.length) });
  const trained = layers.filter((layer) => layer.weights);
  const moments = trained.map((layer) => ({ weights: of(layer.weights), biases: of(layer.biases) }));
  let steps = 0;
  return function step() {
    steps++;
    const scaled = (rate * Math.sqrt(1 - 0.999 ** steps)) / (1 - 0.9 ** steps);
    trained.forEach((layer, i) => {
      move(layer.weights, layer.dWeights, moments[i].weights, scaled);
      move(layer.biases, layer.dBiases, moments[i].biases, scaled);
    });
  };
}

function move(values, gradient, { mean, square }, rate) {
  for (let i = 0; i < values.length; i++) {
    mean[i] += 0.1 * (gradient[i] - mean[i]);
    square[i] += 0.001 * (gradient[i] * gradient[i] - square[i]);
    values[i] -= (rate * mean[i]) / (Math.sqrt(square[i]) + 1e-7);
  }
}

// One epoch: all images once, in random order, a batch at a time. Yields after each step, so that one can look.
export function* epoch(layers, step, images, labels, draw, batch = 32) {
  const pixels = images.length / labels.length;
  const order = shuffled(labels.length, draw);
  let [loss, right, seen] = [0, 0, 0];
  while (seen < order.length) {
    const chosen = order.slice(seen, seen + batch);
    const x = new Float32Array(chosen.length * pixels);
    chosen.forEach((from, to) => x.set(images.subarray(from * pixels, (from + 1) * pixels), to * pixels));
    const found = gradients(layers, x, chosen.map((i) => labels[i]));
    step();
    seen += chosen.length;
    loss += found.loss * chosen.length;
    right += found.right;
    yield { loss: loss / seen, accuracy: right / seen, seen };
  }
}

function shuffled(n, draw) {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

// Accuracy and loss on images that the network does not learn from.
export function evaluate(layers, images, labels) {
  const classes = layers.at(-1).output[0];
  const answers = predict(layers, images, labels.length);
  let [loss, right] = [0, 0];
  labels.forEach((label, i) => {
    const row = answers.subarray(i * classes, (i + 1) * classes);
    loss -= Math.log(Math.max(row[label], 1e-7)) / labels.length;
    right += row.indexOf(Math.max(...row)) === label;
  });
  return { loss, accuracy: right / labels.length };
}
