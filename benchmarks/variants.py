"""What a learner could add to the cells of the lesson: a plain argument, or a line; each is tried alone."""

COMPILE, BATCH, POLICY = r"model\.compile\(", r"batch_size=\d+", r"model = create_model_intro\(\)"
FORM, SCALE = r'train_images\.astype\("float32"\) / 255', r'(activation="relu"\))\(inputs\)'

VARIANTS = {
    "the lesson as it is": {},
    "`batch_size=64`": {BATCH: "batch_size=64"},
    "`batch_size=128`": {BATCH: "batch_size=128"},
    "`steps_per_execution=10`": {COMPILE: "model.compile(steps_per_execution=10, "},
    "both: 64 and 10": {BATCH: "batch_size=64", COMPILE: "model.compile(steps_per_execution=10, "},
    "`jit_compile=True`": {COMPILE: "model.compile(jit_compile=True, "},
    "`mixed_bfloat16`": {
        POLICY: 'keras.config.set_dtype_policy("mixed_bfloat16"); model = create_model_intro()'
    },
    "uint8 images and a Rescaling layer": {
        FORM: "train_images",
        SCALE: r"\1(layers.Rescaling(1 / 255)(inputs))",
    },
}
