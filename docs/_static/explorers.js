/* Explorers are alive: the module that a notebook's widget runs, here with the data that the notebook stored. */
const places = [...document.querySelectorAll(".live-explorer")];

async function start(place) {
  const { default: module } = await import(`./web/${place.dataset.module}.js`);
  const data = JSON.parse(place.dataset.start), output = place.closest(".cell_output");
  place.replaceChildren(); /* no still any more, and nothing that says so */
  output.classList.add("alive");
  module.render({ model: { get: (name) => ({ data })[name] }, el: place });
}

/* Where no module can be loaded - in a page that was opened as a file - the image stays. */
await Promise.allSettled(places.map(start));
