// Compute what a network says, operator by operator, in plain JavaScript: no runtime has to be loaded first.
// Shapes are ONNX's: images (n, channels, height, width), kernels (filters, channels, height, width).

import { multiply } from "./matrix.js";

const count = (dims) => dims.reduce((product, n) => product * n, 1);
const tensor = (dims, data) => ({ dims, data });
const zeros = (dims) => tensor(dims, new Float32Array(count(dims)));

// What depends on weights alone is computed once, such as weights from 8 bits.
export function prepare(graph) {
  const values = new Map(graph.constants);
  const live = graph.nodes.filter((node) => {
    if (!node.inputs.every((name) => !name || values.has(name))) return true;
    apply(node, values);
    return false;
  });
  return { ...graph, nodes: live, constants: values };
}

// What the answer alone needs: not what a layer gives only to be looked at.
export function alone(graph) {
  const needed = new Set([graph.outputs[0]]);
  const nodes = [...graph.nodes].reverse().filter((node) => {
    if (!needed.has(node.outputs[0])) return false;
    node.inputs.forEach((name) => needed.add(name));
    return true;
  });
  return { ...graph, nodes: nodes.reverse(), outputs: graph.outputs.slice(0, 1) };
}

// Return the outputs of a prepared graph for one input.
export function run(graph, input) {
  const values = new Map(graph.constants).set(graph.inputs[0], input);
  for (const node of graph.nodes) apply(node, values);
  return graph.outputs.map((name) => values.get(name));
}

function apply(node, values) {
  const result = OPERATORS[node.operator](node.inputs.map((name) => values.get(name)), node.settings);
  values.set(node.outputs[0], result);
}

function each(f) {
  return ([x], settings) => {
    const y = zeros(x.dims);
    for (let i = 0; i < y.data.length; i++) y.data[i] = f(x.data[i], settings);
    return y;
  };
}

// Abramowitz and Stegun, 7.1.26: right to 1.5e-7.
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

// For each place of the result, where it lies in `x`, whose axes may be missing or of length 1.
function spread(x, dims) {
  const own = dims.map((_, axis) => x.dims[axis - dims.length + x.dims.length] ?? 1);
  const places = new Int32Array(count(dims));
  let [length, step] = [1, 1]; // places[0 .. length] are known: each axis, from the last on, repeats them
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const moved = own[axis] === 1 ? 0 : step;
    for (let i = 1; i < dims[axis]; i++) {
      for (let j = 0; j < length; j++) places[i * length + j] = places[j] + i * moved;
    }
    length *= dims[axis];
    step *= own[axis];
  }
  return places;
}

function stretched(x, dims) {
  if (x.data.length === count(dims)) return x.data;
  const places = spread(x, dims);
  const y = new Float32Array(places.length);
  for (let i = 0; i < y.length; i++) y[i] = x.data[places[i]];
  return y;
}

function pairwise(f) {
  return ([a, b]) => {
    const length = Math.max(a.dims.length, b.dims.length);
    const from = (x, i) => x.dims[i - length + x.dims.length] ?? 1;
    const dims = Array.from({ length }, (_, i) => Math.max(from(a, i), from(b, i)));
    const y = zeros(dims);
    const [u, v] = [stretched(a, dims), stretched(b, dims)];
    for (let i = 0; i < y.data.length; i++) y.data[i] = f(u[i], v[i]);
    return y;
  };
}

// How a window moves over an image: the size of the result, and how far the window begins outside.
function moves(x, size, { strides = [1, 1], dilations = [1, 1], pads = [0, 0, 0, 0], auto_pad = "NOTSET" }) {
  return [0, 1].map((axis) => {
    const [length, stride, step] = [x.dims[axis + 2], strides[axis], dilations[axis]];
    const reach = (size[axis] - 1) * step + 1;
    let [before, after] = [pads[axis], pads[axis + 2]];
    if (auto_pad.startsWith("SAME")) {
      const missing = Math.max(0, (Math.ceil(length / stride) - 1) * stride + reach - length);
      before = auto_pad === "SAME_UPPER" ? missing >> 1 : missing - (missing >> 1);
      after = missing - before;
    }
    return { to: Math.floor((length + before + after - reach) / stride) + 1, before, stride, step, length };
  });
}

function convolve([x, kernel, bias], settings) {
  const [filters, channels, height, width] = kernel.dims;
  const [down, across] = moves(x, [height, width], settings);
  const y = zeros([1, filters, down.to, across.to]);
  const groups = settings.group ?? 1;
  const [rows, columns, inner] = [filters / groups, down.to * across.to, channels * height * width];
  for (let group = 0; group < groups; group++) {
    const patches = windows(x, group * channels, channels, height, width, down, across);
    const weights = kernel.data.subarray(group * rows * inner, (group + 1) * rows * inner);
    const sums = y.data.subarray(group * rows * columns, (group + 1) * rows * columns);
    multiply(sums, weights, patches, [rows, inner, columns], [inner, 1], [1, inner]);
  }
  if (bias) for (let i = 0; i < y.data.length; i++) y.data[i] += bias.data[Math.floor(i / columns)];
  return y;
}

// Write each window as a row: what one weighted sum needs lies side by side.
function windows(x, first, channels, height, width, down, across) {
  const patches = new Float32Array(down.to * across.to * channels * height * width);
  let at = 0;
  for (let row = 0; row < down.to; row++) {
    for (let column = 0; column < across.to; column++) {
      for (let c = first; c < first + channels; c++) {
        for (let i = 0; i < height; i++) {
          const top = row * down.stride - down.before + i * down.step;
          const start = (c * down.length + top) * across.length;
          for (let j = 0; j < width; j++, at++) {
            const left = column * across.stride - across.before + j * across.step;
            if (top >= 0 && top < down.length && left >= 0 && left < across.length) patches[at] = x.data[start + left];
          }
        }
      }
    }
  }
  return patches;
}

function pool(start, take, finish) {
  return ([x], settings) => {
    const [height, width] = settings.kernel_shape;
    const [down, across] = moves(x, [height, width], settings);
    const y = zeros([1, x.dims[1], down.to, across.to]);
    let at = 0;
    for (let c = 0; c < x.dims[1]; c++) {
      for (let row = 0; row < down.to; row++) {
        for (let column = 0; column < across.to; column++, at++) {
          let [result, n] = [start, 0];
          for (let i = 0; i < height; i++) {
            const top = row * down.stride - down.before + i;
            if (top < 0 || top >= down.length) continue;
            for (let j = 0; j < width; j++) {
              const left = column * across.stride - across.before + j;
              if (left < 0 || left >= across.length) continue;
              result = take(result, x.data[(c * down.length + top) * across.length + left]);
              n++;
            }
          }
          y.data[at] = finish(result, settings.count_include_pad ? height * width : n);
        }
      }
    }
    return y;
  };
}

const MAXIMUM = [-Infinity, (a, b) => (a > b ? a : b), (result) => result];
const AVERAGE = [0, (a, b) => a + b, (sum, n) => sum / n];
const wholeImage = (kind) => ([x]) => pool(...kind)([x], { kernel_shape: x.dims.slice(2) });

function dense([a, b]) {
  const [inner, columns] = b.dims;
  const rows = a.data.length / inner;
  const y = zeros([...a.dims.slice(0, -1), columns]);
  for (let r = 0; r < rows; r++) {
    const sums = new Float64Array(columns);
    for (let k = 0; k < inner; k++) {
      const value = a.data[r * inner + k];
      if (value) for (let c = 0; c < columns; c++) sums[c] += value * b.data[k * columns + c];
    }
    y.data.set(sums, r * columns);
  }
  return y;
}

function softmax([x]) {
  const y = zeros(x.dims);
  const length = x.dims.at(-1);
  for (let start = 0; start < x.data.length; start += length) {
    const part = x.data.subarray(start, start + length);
    const top = Math.max(...part);
    let sum = 0;
    for (const value of part) sum += Math.exp(value - top);
    part.forEach((value, i) => { y.data[start + i] = Math.exp(value - top) / sum; });
  }
  return y;
}

function transpose([x], { perm }) {
  const dims = perm.map((axis) => x.dims[axis]);
  const steps = perm.map((axis) => count(x.dims.slice(axis + 1)));
  const y = zeros(dims);
  let at = 0;
  const fill = (axis, place) => {
    const [length, step] = [dims[axis], steps[axis]];
    if (axis === dims.length - 1) for (let i = 0; i < length; i++) y.data[at++] = x.data[place + i * step];
    else for (let i = 0; i < length; i++) fill(axis + 1, place + i * step);
  };
  fill(0, 0);
  return y;
}

function mean([x], { axes, keepdims = 1 }) {
  const gone = axes.map((axis) => (axis + x.dims.length) % x.dims.length);
  const dims = x.dims.map((n, axis) => (gone.includes(axis) ? 1 : n));
  const y = zeros(dims);
  const place = spread(y, x.dims);
  for (let i = 0; i < x.data.length; i++) y.data[place[i]] += (x.data[i] * y.data.length) / x.data.length;
  return keepdims ? y : tensor(x.dims.filter((n, axis) => !gone.includes(axis)), y.data);
}

function reshape([x, shape]) {
  const dims = Array.from(shape.data, (n, i) => n || x.dims[i]);
  if (dims.includes(-1)) dims[dims.indexOf(-1)] = -x.data.length / count(dims);
  return tensor(dims, x.data);
}

function squeeze([x, axes], settings) {
  const gone = (axes?.data ?? settings.axes ?? []).map((axis) => (axis + x.dims.length) % x.dims.length);
  const kept = x.dims.filter((n, axis) => (gone.length ? !gone.includes(axis) : n !== 1));
  return tensor(kept, x.data);
}

// A weight was stored as a whole number, each filter with a scale of its own.
function dequantize([x, scale], { axis = 1 }) {
  const y = zeros(x.dims);
  const inside = count(x.dims.slice(axis + 1));
  const n = scale.data.length;
  for (let at = 0, part = 0; at < y.data.length; part = (part + 1) % n) {
    for (const end = at + inside; at < end; at++) y.data[at] = x.data[at] * scale.data[part];
  }
  return y;
}

function concatenate(parts, { axis }) {
  const [{ dims }] = parts;
  const place = (axis + dims.length) % dims.length;
  const inside = parts.map((part) => count(part.dims.slice(place)));
  const joined = [];
  for (let row = 0; row < count(dims.slice(0, place)); row++) {
    parts.forEach((part, i) => joined.push(part.data.slice(row * inside[i], (row + 1) * inside[i])));
  }
  const length = parts.reduce((sum, part) => sum + part.dims[place], 0);
  const y = zeros(dims.map((n, axis) => (axis === place ? length : n)));
  let at = 0;
  for (const piece of joined) {
    y.data.set(piece, at);
    at += piece.length;
  }
  return y;
}

function slice([x, starts, ends, axes, steps]) {
  const rank = x.dims.length;
  const first = new Array(rank).fill(0);
  const by = new Array(rank).fill(1);
  const dims = [...x.dims];
  Array.from(starts.data).forEach((start, i) => {
    const axis = ((axes?.data[i] ?? i) + rank) % rank;
    const within = (n) => Math.min(x.dims[axis], n < 0 ? n + x.dims[axis] : n);
    by[axis] = steps?.data[i] ?? 1;
    first[axis] = within(start);
    dims[axis] = Math.ceil((within(ends.data[i]) - first[axis]) / by[axis]);
  });
  const y = zeros(dims);
  let at = 0;
  const fill = (axis, place) => {
    if (axis === rank) y.data[at++] = x.data[place];
    else for (let i = 0; i < dims[axis]; i++) fill(axis + 1, place * x.dims[axis] + first[axis] + i * by[axis]);
  };
  fill(0, 0);
  return y;
}

const OPERATORS = {
  Add: pairwise((a, b) => a + b), Sub: pairwise((a, b) => a - b),
  Mul: pairwise((a, b) => a * b),
  Relu: each((x) => (x > 0 ? x : 0)), Neg: each((x) => -x), Erf: each(erf),
  Tanh: each(Math.tanh), Sigmoid: each((x) => 1 / (1 + Math.exp(-x))), Softplus: each((x) => Math.log1p(Math.exp(x))),
  LeakyRelu: each((x, { alpha = 0.01 }) => (x > 0 ? x : alpha * x)),
  Elu: each((x, { alpha = 1 }) => (x > 0 ? x : alpha * Math.expm1(x))),
  Selu: each((x, { alpha = 1.67326319, gamma = 1.05070102 }) => gamma * (x > 0 ? x : alpha * Math.expm1(x))),
  Clip: ([x, low, high]) => each((v) => Math.min(high?.data[0] ?? Infinity, Math.max(low?.data[0] ?? -Infinity, v)))([x]),
  Conv: convolve, MatMul: dense, Softmax: softmax, Transpose: transpose, Reshape: reshape, Squeeze: squeeze,
  MaxPool: pool(...MAXIMUM), AveragePool: pool(...AVERAGE),
  GlobalMaxPool: wholeImage(MAXIMUM), GlobalAveragePool: wholeImage(AVERAGE),
  DequantizeLinear: dequantize, ReduceMean: mean,
  Identity: ([x]) => x, Cast: ([x]) => x, Shape: ([x]) => tensor([x.dims.length], Float32Array.from(x.dims)),
  Gather: ([x, at]) => tensor(at.dims, Float32Array.from(at.data, (i) => x.data[i < 0 ? i + x.data.length : i])), // of a shape
  Slice: slice,
  Concat: concatenate,
};
export const KNOWN = Object.keys(OPERATORS);

// A browser compiles what runs often: let it do so while the weights are still on their way.
export function warmUp() {
  const random = (...dims) => tensor(dims, Float32Array.from({ length: count(dims) }, Math.random));
  const [kernel, shift] = [random(32, 32, 3, 3), random(1, 32, 1, 1)];
  for (let round = 0; round < 6; round++) {
    let x = convolve([random(1, 32, 16, 16), kernel], { pads: [1, 1, 1, 1] });
    for (const operator of ["Add", "Mul", "Sub"]) x = OPERATORS[operator]([x, shift]);
    for (const operator of ["Neg", "Erf", "Relu"]) x = OPERATORS[operator]([x], {});
    OPERATORS.Mul([OPERATORS.MaxPool([x], { kernel_shape: [2, 2], strides: [2, 2] }), tensor([], [0.5])]);
  }
}
