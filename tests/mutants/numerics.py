"""Defects in the numerics: a sign, a mean, a correction, a place."""

from mutants.planting import Defect, edit

DEFECTS = (
    Defect(
        "the gradient of the mean squared error has the wrong sign",
        edit("nnbook/losses.py", "return (2 / prediction.size) * (prediction - target)", "return (2 / prediction.size) * (target - prediction)"),
        "pytest tests/test_losses.py",
        quick=True,
    ),
    Defect(
        "cross-entropy's gradient misses the mean over the batch",
        edit("nnbook/losses.py", "        slope /= len(target)\n", ""),
        "pytest tests/test_losses.py",
    ),
    Defect(
        "cross-entropy no longer subtracts the largest logit",
        edit("nnbook/losses.py", "log_p = prediction - np.maximum.reduce(prediction, axis=1, keepdims=True)", "log_p = prediction.copy()"),
        "pytest tests/test_losses.py tests/test_properties.py",
    ),
    Defect(
        "Huber's line does not meet its parabola",
        edit("nnbook/losses.py", "self.delta * (r - 0.5 * self.delta)", "self.delta * (r - self.delta)"),
        "pytest tests/test_losses.py",
    ),
    Defect(
        "the slope of tanh forgets the square",
        edit("nnbook/activations.py", "return 1 - np.tanh(x) ** 2", "return 1 - np.tanh(x)"),
        "pytest tests/test_gradcheck.py",
    ),
    Defect(
        "ReLU's slope at the kink is 1",
        edit("nnbook/activations.py", "return (x > 0).astype(x.dtype)\n\n    def _pull_back", "return (x >= 0).astype(x.dtype)\n\n    def _pull_back"),
        "pytest tests/test_activations.py",
    ),
    Defect(
        "GELU's cubic term has a digit wrong",
        edit("nnbook/activations.py", "return np.sqrt(2 / np.pi).item() * (x + 0.044715 * x**3)", "return np.sqrt(2 / np.pi).item() * (x + 0.044175 * x**3)"),
        "pytest tests/test_activations.py tests/test_parity.py",
    ),
    Defect(
        "softmax's temperature multiplies instead of dividing",
        edit("nnbook/activations.py", "keepdims=True)) / temperature, axis)", "keepdims=True)) * temperature, axis)"),
        "pytest tests/test_activations.py",
    ),
    Defect(
        "Adam lacks the bias correction of its first moment",
        edit("nnbook/optimizers.py", "rate = self._rate(state) / (1 - self.beta1**t)", "rate = self._rate(state)"),
        "pytest tests/test_optimizers.py",
        quick=True,
    ),
    Defect(
        "Adam's epsilon stands inside the root",
        edit("nnbook/optimizers.py", "step = -rate * (m / (np.sqrt(v_hat) + self.epsilon))", "step = -rate * (m / np.sqrt(v_hat + self.epsilon))"),
        "pytest tests/test_optimizers.py tests/test_parity.py",
    ),
    Defect(
        "a rule writes over the state that it was given",
        edit("nnbook/optimizers.py", "array.astype(np.result_type(array, grad))", "array.astype(np.result_type(array, grad), copy=False)"),
        "pytest tests/test_optimizers.py",
        quick=True,
    ),
    Defect(
        "AdamW puts its decay into the gradient's scale",
        edit("nnbook/optimizers.py", "return step - self._rate(state) * self.weight_decay * theta, after", "return step - self.weight_decay * theta, after"),
        "pytest tests/test_optimizers.py tests/test_parity.py",
    ),
    Defect(
        "Nesterov's step is the heavy ball's",
        edit("nnbook/optimizers.py", "return -self._rate(state) * (grad + self.momentum * u), State", "return -self._rate(state) * u, State"),
        "pytest tests/test_optimizers.py",
    ),
    Defect(
        "AdaGrad forgets what it has summed",
        edit("nnbook/optimizers.py", "v = state.v + grad**2", "v = grad**2"),
        "pytest tests/test_optimizers.py",
    ),
    Defect(
        "dropout does not rescale what it keeps",
        edit("nnbook/_modes.py", "mask = keep / x.dtype.type(1 - self.rate)", "mask = keep / x.dtype.type(1)"),
        "pytest tests/test_layers.py",
    ),
    Defect(
        "dropout drops at evaluation too",
        edit("nnbook/_modes.py", "        if not training:\n            return x, np.broadcast_to", "        if rng is None:\n            return x, np.broadcast_to"),
        "pytest tests/test_layers.py",
    ),
    Defect(
        "batch norm uses its running statistics in training",
        edit("nnbook/_modes.py", "mean = x.mean(axis=-2) if training else self.running_mean", "mean = self.running_mean"),
        "pytest tests/test_layers.py",
    ),
    Defect(
        "batch norm's gradient takes the batch's statistics as constants",
        edit("nnbook/_modes.py", "        if training:  # the batch's", "        if False:  # the batch's"),
        "pytest tests/test_layers.py",
    ),
    Defect(
        "batch norm's running variance is the biased one",
        edit("nnbook/_modes.py", "unbiased = variance * (normalized.shape[-2] / (normalized.shape[-2] - 1))", "unbiased = variance"),
        "pytest tests/test_layers.py tests/test_parity.py",
    ),
    Defect(
        "a linear layer's bias gradient is a mean",
        edit("nnbook/layers.py", "np.add.reduce(grad_output, axis=-2, out=into.b)", "np.mean(grad_output, axis=-2, out=into.b)"),
        "pytest tests/test_layers.py",
    ),
    Defect(
        "Kaiming's initializer counts the outputs",
        edit("nnbook/initializers.py", "    fan_in, _ = _fans(\"kaiming_normal\", rng, shape)", "    _, fan_in = _fans(\"kaiming_normal\", rng, shape)"),
        "pytest tests/test_initializers.py",
    ),
    Defect(
        "L2's gradient has the factor 2 of another convention",
        edit("nnbook/regularizers.py", "return self.strength * param", "return 2 * self.strength * param"),
        "pytest tests/test_regularizers.py",
    ),
    Defect(
        "the penalty falls on biases too",
        edit("nnbook/training.py", "self.grads += self.regularizer._gradient(net.theta) * self.decay_mask", "self.grads += self.regularizer._gradient(net.theta)"),
        "pytest tests/test_training.py",
    ),
    Defect(
        "the last short batch is dropped",
        edit("nnbook/training.py", "for start in range(0, examples, batch_size))", "for start in range(0, examples - batch_size + 1, batch_size))"),
        "pytest tests/test_training.py",
    ),
    Defect(
        "minibatches draw with replacement",
        edit("nnbook/training.py", "generator(\"minibatches\", rng).permutation(examples) if shuffle", "generator(\"minibatches\", rng).integers(0, examples, examples) if shuffle"),
        "pytest tests/test_training.py",
    ),
    Defect(
        "early stopping hands back the last network instead of the best",
        edit("nnbook/training.py", "best, best_epoch = (run.copy() if patience else run.net), epoch", "best, best_epoch = run.net, epoch"),
        "pytest tests/test_training.py",
    ),
    Defect(
        "the cosine schedule ends at half its way",
        edit("nnbook/schedules.py", "np.cos(np.pi * progress)", "np.cos(np.pi / 2 * progress)"),
        "pytest tests/test_schedules.py",
    ),
    Defect(
        "warm-up starts one step late",
        edit("nnbook/schedules.py", "rising = self.after(0) * (t + 1) / self.steps", "rising = self.after(0) * t / self.steps"),
        "pytest tests/test_schedules.py",
    ),
    Defect(
        "the tape's product has the slopes exchanged",
        edit("nnbook/autograd.py", "(self, other), (other.data, self.data), \"×\")", "(self, other), (self.data, other.data), \"×\")"),
        "pytest tests/test_autograd.py",
    ),
    Defect(
        "the tape overwrites a gradient where two paths meet",
        edit("nnbook/autograd.py", "parent.grad += value.grad * slope", "parent.grad = value.grad * slope"),
        "pytest tests/test_autograd.py",
        quick=True,
    ),
    Defect(
        "the gradient check accepts everything",
        edit("nnbook/gradcheck.py", "return slopes, doubt <= rounding", "return slopes, doubt < -rounding"),
        "pytest tests/test_gradcheck.py",
    ),
    Defect(
        "a default is another than it was",
        edit("nnbook/landscapes.py", "kappa: float = 20.0", "kappa: float = 22.0"),
        "pytest tests/test_package.py",
    ),
    Defect(
        "a training step gives its memory back to the system",
        edit("nnbook/training.py", "np.empty(30 * 1024 * 1024, np.uint8)", "pass"),
        "pytest tests/test_training.py -k at_hand",
    ),
    Defect(
        "a data set is noisier than it was",
        edit("nnbook/datasets.py", "rng.normal(0, 0.7, n)", "rng.normal(0, 0.9, n)"),
        "pytest tests/test_datasets.py",
    ),
    Defect(
        "numerics load matplotlib",
        edit("nnbook/regularizers.py", "import numpy as np\n", "import matplotlib.pyplot as plt\nimport numpy as np\n\nFIGURE = plt.rcParams\n"),
        "pytest tests/test_imports.py",
    ),
)
