"""The drawing behind `helpers.plotting` and `helpers.diagrams`, one kind of figure a module.

`style` is the look that all of them share; `images`, `curves`, `evaluation_figures` and `tuning_figures`
are opened by `plotting`, the other modules by `diagrams`. Notebooks import those two doors only.
"""
