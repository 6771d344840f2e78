// Read an ONNX file: the operators of a network in their order, and its weights. The file is a protocol
// buffer: fields with a number, each a whole number, four or eight bytes, or bytes with their length.

const FLOAT = 1, INT8 = 3, INT32 = 6, INT64 = 7; // types of numbers, as ONNX counts them

export function readGraph(bytes) {
  const graph = message(message(bytes).bytes(7));
  const constants = new Map(graph.all(5).map((part) => tensor(message(part))));
  const names = (field) => graph.all(field).map((part) => message(part).text(1));
  return {
    nodes: graph.all(1).map((part) => node(message(part))),
    constants,
    inputs: names(11).filter((name) => !constants.has(name)),
    outputs: names(12),
  };
}

function node(found) {
  const settings = Object.fromEntries(found.all(5).map((part) => setting(message(part))));
  return { inputs: found.texts(1), outputs: found.texts(2), operator: found.text(4), settings };
}

function setting(found) {
  const value =
    found.all(2)[0] ?? found.all(3)[0] ?? found.ints(8) ?? (found.all(4).length ? found.text(4) : undefined);
  return [found.text(1), value];
}

function tensor(found) {
  const dims = found.ints(1) ?? [];
  const type = found.all(2)[0];
  const raw = found.bytes(9)?.slice().buffer; // a copy, because numbers of four bytes begin at a multiple of four
  if (type === FLOAT) return [found.text(8), { dims, data: raw ? new Float32Array(raw) : floats(found) }];
  if (type === INT8) return [found.text(8), { dims, data: new Int8Array(raw) }];
  if (type === INT32) return [found.text(8), { dims, data: raw ? new Int32Array(raw) : found.ints(5) ?? [] }];
  if (type !== INT64) return [found.text(8), { dims, data: null }];
  return [found.text(8), { dims, data: raw ? Array.from(new BigInt64Array(raw), Number) : found.ints(7) ?? [] }];
}

function floats(found) {
  const [packed] = found.all(4);
  return packed instanceof Uint8Array ? new Float32Array(packed.slice().buffer) : Float32Array.from(found.all(4));
}

// Collect the fields of a message by their numbers.
function message(bytes) {
  const fields = new Map();
  let at = 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  while (at < bytes.length) {
    let value, key;
    [key, at] = whole(bytes, at);
    const kind = key & 7;
    if (kind === 0) {
      [value, at] = whole(bytes, at);
    } else if (kind === 2) {
      let length;
      [length, at] = whole(bytes, at);
      value = bytes.subarray(at, (at += length));
    } else {
      value = kind === 5 ? view.getFloat32(at, true) : view.getFloat64(at, true);
      at += kind === 5 ? 4 : 8;
    }
    if (!fields.has(key >> 3)) fields.set(key >> 3, []);
    fields.get(key >> 3).push(value);
  }
  const all = (field) => fields.get(field) ?? [];
  const texts = (field) => all(field).map((part) => new TextDecoder().decode(part));
  return { all, texts, text: (field) => texts(field)[0], bytes: (field) => all(field)[0], ints: (field) => ints(all(field)) };
}

// A whole number in parts of seven bits, lowest first; in 64 bits, so that -1 stays -1.
function whole(bytes, at) {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[at++];
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return [Number(BigInt.asIntN(64, value)), at];
  }
}

// Whole numbers, one in a field each or all in one.
function ints(values) {
  if (!values.length) return undefined;
  if (!(values[0] instanceof Uint8Array)) return values;
  const found = [];
  for (let at = 0, value; at < values[0].length; found.push(value)) [value, at] = whole(values[0], at);
  return found;
}
