/* What scrolls sideways can be reached and scrolled by keyboard, and says what it is. */
(function () {
  "use strict";
  const boxes = "pre, .table-wrapper, .cell_output .output.text_html, .formula";
  function name(box) {
    if (box.matches("pre")) return "Code or its output, scrolls sideways";
    return box.querySelector("table") ? "Table, scrolls sideways" : "Scrolls sideways";
  }
  function update() {
    for (const box of document.querySelectorAll(boxes)) {
      const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
      if (scrolls) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", name(box));
      } else if (box.tabIndex === 0) {
        for (const attribute of ["tabindex", "role", "aria-label"]) box.removeAttribute(attribute);
      }
    }
  }
  update();
  window.addEventListener("resize", update);
  document.addEventListener("toggle", update, true); /* what was folded has no width */
})();

/* A button on each piece of code copies it; folded code too. */
(function () {
  "use strict";
  if (!navigator.clipboard) return; /* a page that was opened as a file, or over plain http */
  for (const code of document.querySelectorAll(".highlight:not(.output *) > pre")) {
    const button = document.createElement("button");
    const name = (text) => { button.textContent = text; };
    button.type = "button";
    button.className = "copy";
    name("Copy");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent.trimEnd()).then(() => name("Copied"), () => name("Not copied"));
      setTimeout(name, 2000, "Copy");
    });
    code.parentElement.append(button);
  }
})();
