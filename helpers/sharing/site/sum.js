// Where one number of a map comes from: the window of the layer before, times the kernel, plus the bias.

const MOST = 6; // channels whose sums are written out

export const fixed = (value) => (Math.abs(value) < 1e-9 ? 0 : value).toFixed(Math.abs(value) < 10 ? 2 : 1).replace("-", "−");

// Where on an axis of the layer before a window begins.
function begin(place, axis, facts, taken) {
  const [size, stride, step] = [facts.size[axis], facts.strides[axis], facts.dilation?.[axis] ?? 1];
  const reach = (size - 1) * step + 1;
  const missing = (Math.ceil(taken / stride) - 1) * stride + reach - taken;
  return place * stride - (facts.padding === "same" ? Math.max(0, missing) >> 1 : 0);
}

// The values of one channel under the window, row by row; NaN where the window reaches beyond the edge.
function under(facts, { dims, data }, { row, column }, channel) {
  const [, height, width, count] = dims;
  const [top, left] = [begin(row, 0, facts, height), begin(column, 1, facts, width)];
  const [down, across] = facts.dilation ?? [1, 1];
  return Array.from({ length: facts.size[0] * facts.size[1] }, (_, i) => {
    const y = top + Math.floor(i / facts.size[1]) * down;
    const x = left + (i % facts.size[1]) * across;
    return y < 0 || x < 0 || y >= height || x >= width ? NaN : data[(y * width + x) * count + channel];
  });
}

// Nine weights times nine values for each channel, the bias, and what that makes.
export function weighted(facts, source, kernel, pixel) {
  const [, channels, height, width] = kernel.dims;
  const parts = Array.from({ length: channels }, (_, channel) => {
    const start = (pixel.channel * channels + channel) * height * width;
    const weights = kernel.data.subarray(start, start + height * width);
    const values = under(facts, source, pixel, channel);
    return { channel, weights, values, sum: values.reduce((sum, v, i) => sum + (Number.isNaN(v) ? 0 : v * weights[i]), 0) };
  });
  const bias = facts.bias?.[pixel.channel] ?? 0;
  return { parts, bias, total: parts.reduce((sum, part) => sum + part.sum, bias) };
}

export function explain(facts, source, kernel, { dims, data }, pixel) {
  const result = data[(pixel.row * dims[2] + pixel.column) * dims[3] + pixel.channel];
  const place = `Row ${pixel.row + 1}, column ${pixel.column + 1}: ${fixed(result)}`;
  if (source && kernel) return { title: place, parts: convolution(facts, weighted(facts, source, kernel, pixel), result) };
  if (source && facts.size && facts.kind !== "convolution") return { title: place, parts: pooling(facts, under(facts, source, pixel, pixel.channel), result) };
  const alike = source && source.dims.join() === dims.join();
  if (!alike) return { title: place, parts: [] };
  const before = source.data[(pixel.row * dims[2] + pixel.column) * dims[3] + pixel.channel];
  return { title: place, parts: [line(`${facts.says} turns ${fixed(before)} into ${fixed(result)}.`)] };
}

function pooling(facts, values, result) {
  return [table(values, facts.size[1]), line(`The ${facts.kind} of these values is ${fixed(result)}.`)];
}

function convolution(facts, { parts, bias, total }, result) {
  const largest = [...parts].sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum)).slice(0, MOST);
  const rest = parts.filter((part) => !largest.includes(part));
  const names = facts.from < 0 && parts.length === 3 ? ["red", "green", "blue"] : [];
  const shown = largest.sort((a, b) => a.channel - b.channel).map((part) => {
    const box = document.createElement("figure");
    const caption = document.createElement("figcaption");
    caption.textContent = `channel ${part.channel + 1}${names.length ? `, ${names[part.channel]}` : ""}: sum ${fixed(part.sum)}`;
    box.append(caption, table(part.values, facts.size[1], part.weights));
    return box;
  });
  const sums = shown.length ? largest.map((part) => fixed(part.sum)) : [];
  if (rest.length) sums.push(fixed(rest.reduce((sum, part) => sum + part.sum, 0)));
  const others = rest.length ? ` (the last one: ${rest.length} other channels together)` : "";
  const last = `${sums.join(" + ")}${others} + bias ${fixed(bias)} = ${fixed(total)}`.replaceAll("+ −", "− ");
  const then = facts.activation ? `. ${facts.activation} turns that into ${fixed(result)}.` : ".";
  const channels = document.createElement("div");
  channels.className = "channels";
  channels.append(...shown);
  return [line("Each value of the layer before times its weight, added up for each channel:"), channels, line(last + then)];
}

function line(text) {
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  return paragraph;
}

// Values, with their weights if there are some: orange raises the sum, blue lowers it.
function table(values, width, weights) {
  const whole = document.createElement("table");
  whole.className = "window";
  for (let start = 0; start < values.length; start += width) {
    const row = whole.insertRow();
    for (let i = start; i < start + width; i++) {
      const cell = row.insertCell();
      const value = Number.isNaN(values[i]) ? "edge" : fixed(values[i]);
      cell.textContent = weights ? `${value} × ${fixed(weights[i])}` : value;
      if (weights) cell.className = weights[i] * (values[i] || 0) >= 0 ? "raises" : "lowers";
    }
  }
  return whole;
}
