"""Train so that a killed training goes on where it stopped, and ends as if it had never been killed."""

from helpers import storage  # first: it quietens TensorFlow

# isort: split
import json
import time

import keras
import numpy as np
import pandas as pd
import tensorflow as tf

from tools import shared
from tools.fits import frame


def train(
    create, make_batches, steps, folder, epochs, decided, validation=None, seed=frame.SEED, callbacks=()
):
    """Train a network, or go on where a killed training in the same folder stopped: (model, history).

    `make_batches` makes, of the number of epochs that are done, what `fit` sees from then on, `steps` batches
    an epoch. `folder` keeps model.keras and history.csv, with a row an epoch. `callbacks` must not remember
    anything from one epoch to the next. A state that was begun with other settings (`decided`) is refused.
    """
    keras.utils.set_random_seed(seed)
    begin_with(decided, folder)
    keeper = KeepEveryEpoch(folder, seed)
    model = keras.saving.load_model(keeper.model_file) if keeper.model_file.exists() else create()
    done = int(model.optimizer.iterations) // steps
    if done > epochs:
        raise SystemExit(f"{folder} holds {done} epochs, not {epochs}. Remove it to train anew.")
    if done < epochs:
        seen = make_batches(done)
        model.fit(
            seen,
            steps_per_epoch=None if isinstance(seen, keras.utils.PyDataset) else steps,  # it knows its end
            initial_epoch=done,
            epochs=epochs,
            validation_data=validation,
            callbacks=[*callbacks, keeper],
            shuffle=False,  # `batches` has done it
            verbose=0,
        )
    return model, history_table(read_history(keeper.history_file))


def begin_with(decided, folder):
    """Note what was decided before the first epoch; stop where the state is one of other decisions."""
    noted = folder / "decided.json"
    known = json.loads(noted.read_text(encoding="utf-8")) if noted.exists() else None
    if known != decided and (folder / "model.keras").exists():
        raise SystemExit(f"{folder} holds a training with other settings. Remove it to train anew.")
    shared.write_json(noted, decided)


class KeepEveryEpoch(keras.callbacks.Callback):
    """After every epoch, keep the history and then the model, each in one file that is replaced at once.

    The model file holds weights and optimizer, whose step counter says for which epoch it stands. Keras's own
    BackupAndRestore writes weights and epoch number as two files, one after the other: killed in between, it
    trains an epoch too many. Neither keeps the random state of dropout, so every epoch sets its own.
    """

    def __init__(self, folder, seed):
        super().__init__()
        self.model_file, self.history_file, self.seed = folder / "model.keras", folder / "history.csv", seed

    def on_epoch_begin(self, epoch, logs=None):
        """Start as an uninterrupted training would: no unfinished epoch in the history, known randomness."""
        self.rows = read_history(self.history_file)[:epoch]
        for layer in self.model.layers:
            if isinstance(layer, keras.layers.Dropout):
                layer.seed_generator.state.assign([self.seed + epoch, 0])
        self.start = time.perf_counter(), time.process_time()

    def on_epoch_end(self, epoch, logs=None):
        """Write the history first: the model is what says that the epoch is done."""
        seconds, cpu_seconds = np.subtract((time.perf_counter(), time.process_time()), self.start)
        self.rows.append({**logs, "seconds": seconds, "cpu_seconds": cpu_seconds})
        with storage.atomic_path(self.history_file) as temporary:
            history_table(self.rows).to_csv(temporary, lineterminator="\n")
        with storage.atomic_path(self.model_file) as temporary:
            self.model.save(temporary)
        measured = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
        print(f"{self.model.name}  epoch {epoch + 1:2d}  {seconds:5.1f} s  {measured}", flush=True)


def read_history(path):
    """Read the history so far, to the last digit, as a list of dictionaries, one an epoch."""
    if not path.exists():
        return []
    return pd.read_csv(path, index_col="epoch", dtype=str).astype(float).to_dict("records")


def history_table(rows):
    """Make a table with one row an epoch, as the CSV files of histories have it."""
    table = pd.DataFrame(rows)
    return table.set_index(pd.RangeIndex(1, len(table) + 1, name="epoch"))


def batches(images, labels, batch_size, seed, first_epoch):
    """Make batches of epoch after epoch, in an order that only seed and epoch decide, killed or not."""

    def one_epoch(epoch):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(labels)), seed=[seed, epoch])
        return tf.data.Dataset.from_tensor_slices(order).batch(batch_size)

    images, labels = tf.constant(images), tf.constant(labels)
    orders = tf.data.Dataset.range(first_epoch, tf.int64.max).flat_map(one_epoch)
    return orders.map(lambda order: (tf.gather(images, order), tf.gather(labels, order))).prefetch(4)
