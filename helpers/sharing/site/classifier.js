// Load the network once, then answer: probabilities for one image, and what each layer made of it.

// Files may be stored compressed. Some servers announce that, and then the browser has unpacked them already.
async function unpacked(response) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.buffer;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

async function fetched(name) {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${name} is missing on this web server (${response.status})`);
  return response;
}

// Ask a worker as one calls a function.
function asked(worker) {
  const waiting = new Map();
  let latest = 0;
  worker.onmessage = ({ data: { number, result, fault } }) => {
    const { resolve, reject } = waiting.get(number);
    waiting.delete(number);
    if (fault === undefined) resolve(result);
    else reject(new Error(fault));
  };
  worker.onerror = () => waiting.forEach(({ reject }) => reject(new Error("its program does not start")));
  return (task, input) =>
    new Promise((resolve, reject) => {
      waiting.set(++latest, { resolve, reject });
      worker.postMessage({ number: latest, task, input });
    });
}

// `told` hears what the page is about as soon as that is known; the weights come later.
export async function load(told = () => {}) {
  const ask = asked(new Worker(new URL("network.js", import.meta.url), { type: "module" }));
  const page = await (await fetched("page.json")).json();
  told(page);
  const [model, runtime] = await Promise.all(
    [page.network, page.runtime].map((name) => name && fetched(name).then(unpacked)),
  );
  await ask("load", { model, runtime });
  const dims = [1, page.input.height, page.input.width, page.input.channels];
  return {
    page,
    kernel: (name) => ask("kernel", name),
    classify: (small, inner = true) =>
      ask("classify", { dims, data: Float32Array.from(small, (value) => value / page.divide_by), inner }),
  };
}
