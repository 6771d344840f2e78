// A small convolutional network, forwards: from images to the scores of the classes. train.js trains it.
//
// A network is a list of layers; each takes the numbers of the one before. Shapes and the order of the numbers
// are those of Keras: images x height x width x channels, kernels 3 x 3 x channels x filters. All lie in one
// Float32Array, the last axis closest together.

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

// C += A B for matrices of rows x depth and depth x columns. Steps say how far apart neighbours lie in their
// arrays, so that A or B may stand on its side. Sixteen sums at a time: every number that is fetched serves four.
export function multiply(c, a, b, [rows, depth, columns], [aRow, aDeep], [bDeep, bColumn]) {
  const sums = new Float64Array(16);
  for (let i = 0; i < rows; i += 4) {
    const high = Math.min(4, rows - i);
    const [r1, r2, r3] = [1, 2, 3].map((r) => Math.min(r, high - 1) * aRow); // beyond the edge: the last again
    for (let j = 0; j < columns; j += 4) {
      const wide = Math.min(4, columns - j);
      const s1 = Math.min(1, wide - 1) * bColumn;
      const s2 = Math.min(2, wide - 1) * bColumn;
      const s3 = Math.min(3, wide - 1) * bColumn;
      block(sums, a, b, depth, i * aRow, j * bColumn, r1, r2, r3, s1, s2, s3, aDeep, bDeep);
      for (let r = 0; r < high; r++) {
        for (let s = 0; s < wide; s++) c[(i + r) * columns + j + s] += sums[4 * r + s];
      }
    }
  }
}

function block(sums, a, b, depth, p, q, r1, r2, r3, s1, s2, s3, aDeep, bDeep) {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0, c10 = 0, c11 = 0, c12 = 0, c13 = 0;
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0, c30 = 0, c31 = 0, c32 = 0, c33 = 0;
  for (let k = 0; k < depth; k++, p += aDeep, q += bDeep) {
    const a0 = a[p], a1 = a[p + r1], a2 = a[p + r2], a3 = a[p + r3];
    const b0 = b[q], b1 = b[q + s1], b2 = b[q + s2], b3 = b[q + s3];
    c00 += a0 * b0; c01 += a0 * b1; c02 += a0 * b2; c03 += a0 * b3;
    c10 += a1 * b0; c11 += a1 * b1; c12 += a1 * b2; c13 += a1 * b3;
    c20 += a2 * b0; c21 += a2 * b1; c22 += a2 * b2; c23 += a2 * b3;
    c30 += a3 * b0; c31 += a3 * b1; c32 += a3 * b2; c33 += a3 * b3;
  }
  sums[0] = c00; sums[1] = c01; sums[2] = c02; sums[3] = c03;
  sums[4] = c10; sums[5] = c11; sums[6] = c12; sums[7] = c13;
  sums[8] = c20; sums[9] = c21; sums[10] = c22; sums[11] = c23;
  sums[12] = c30; sums[13] = c31; sums[14] = c32; sums[15] = c33;
}
