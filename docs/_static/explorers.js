/* Explorers are alive: the module that a notebook's widget runs, here with the data that the notebook stored. */
const places = [...document.querySelectorAll(".live-explorer")];

async function start(place) {
  const { default: module } = await import(`./web/${place.dataset.module}.js`);
  const data = JSON.parse(place.dataset.start), output = place.closest(".cell_output");
  place.replaceChildren(); /* no still any more, and nothing that says so */
  output.classList.add("alive");
  await module.render({ model: { get: (name) => ({ data })[name] }, el: place });
}

/* Where no module can be loaded - in a page that was opened as a file - the image stays. */
let moved = false;
for (const kind of ["wheel", "touchstart", "keydown", "pointerdown"]) addEventListener(kind, () => (moved = true), { once: true });
await Promise.allSettled(places.map(start));

/* They are higher or lower than their images: whoever came by a link to a heading is taken there once more. */
const frame = () => new Promise(requestAnimationFrame);
await frame();
await frame();
if (!moved && location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
for (const place of places) place.dataset.ready = "";
