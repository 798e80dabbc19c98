"""The student's process: runs the notebook's cells, hands back answers as plain data, calls functions on cases.

Whatever a student's code does to this process, it can only change the answers it hands back: neither the
right answers nor the scores are here.
"""

import builtins
import io
import linecache
import os
import random
import signal
import sys
import types
import warnings

import numpy as np
from IPython.core.inputtransformer2 import TransformerManager

from nnbook.course import sources, wire
from nnbook.course.pipes import Pipes
from nnbook.exercises.code import is_stub
from nnbook.exercises.plain import clean, plain, type_name
from nnbook.exercises.runner import outcomes

__all__ = ["main"]


class Ended(BaseException):
    """Raised into a cell that went too far; no Exception, so that `except Exception` lets it pass."""


class Output(io.TextIOBase):
    """Counts what is printed, keeps nothing, and ends a cell that prints without end."""

    def __init__(self, most):
        self.most, self.count = most, 0

    def write(self, text):
        """Counts. Raises Ended."""
        self.count += len(text)
        if self.count > self.most:
            self.count = 0
            raise Ended("output")
        return len(text)

    def isatty(self):
        """No terminal."""
        return False


class Shell:
    """Stands in for IPython: magics and shell commands do nothing, timed cells are run."""

    def __init__(self, namespace):
        self.namespace = namespace

    def run_line_magic(self, name, line, **_):
        """Nothing, except for %time, whose statement is run."""
        if name in ("time", "timeit"):
            exec(line, self.namespace)

    def run_cell_magic(self, name, line, cell):
        """Runs the cell once if the magic would run it here."""
        if name in ("time", "timeit", "capture", "prun"):
            exec(TransformerManager().transform_cell(cell), self.namespace)

    def system(self, command):
        """No shell."""

    def getoutput(self, command, **_):
        """No shell, no output."""
        return []


def main(readable, writable, limits):
    """Serves one grader until it hangs up; never returns."""
    pipes = Pipes(readable, writable)
    work = pipes.receive()
    namespace = prepare(limits)
    try:
        for cell in work["cells"]:
            pipes.send({"start": cell["number"]})
            problem = run(cell, namespace, limits)
            answers = {name: handed_in(namespace, name) for name in cell["answers"]}
            pipes.send({"done": cell["number"], "problem": problem, "answers": answers})
        pipes.send({"end": {name: handed_in(namespace, name) for name in work["names"]}})
        while True:
            request = pipes.receive()
            pipes.send({"outcomes": tried(request, namespace, pipes)})
    except EOFError:
        os._exit(0)


def prepare(limits):
    """The namespace of the notebook, as a kernel's, with fixed seeds: the same notebook does the same again."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = module.__dict__
    shell = Shell(namespace)
    namespace |= {"get_ipython": lambda: shell, "display": lambda *_, **__: None}
    builtins.input = no_input
    np.random.seed(0)  # noqa: NPY002  a student may use the old generator
    random.seed(0)
    warnings.simplefilter("ignore")
    sys.stdin = io.StringIO()
    sys.stdout = sys.stderr = Output(limits["output"])
    signal.signal(signal.SIGALRM, too_long)
    signal.signal(signal.SIGPROF, too_long)
    return namespace


def no_input(prompt=""):
    """Nobody is there to answer."""
    raise EOFError("input() has nobody to ask while a notebook is graded")


def too_long(number, frame):
    """The handler of both timers."""
    raise Ended("time")


def run(cell, namespace, limits):
    """Runs a cell; None, or what stopped it as {"kind", "type", "message", "line"}."""
    name = f"<cell {cell['number']}>"
    process = os.getpid()
    clock(limits["cell"])
    try:
        source = TransformerManager().transform_cell(cell["source"])
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        exec(compile(source, name, "exec"), namespace)
        return None
    except BaseException as error:  # SystemExit and KeyboardInterrupt are the student's here
        return stopped(error, name)
    finally:
        clock(0)
        if os.getpid() != process:  # a fork that came back from the cell
            os._exit(0)


def clock(seconds):
    """Ends a cell after so many seconds of processor time, or three times as many by the clock; 0 is off."""
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5 if seconds else 0)
    signal.setitimer(signal.ITIMER_REAL, 3 * seconds, 0.5 if seconds else 0)


def stopped(error, name):
    """What stopped a cell, as plain data."""
    if type(error) is Ended:
        return {"kind": error.args[0]}
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == name:
        line = error.lineno
    try:
        message = clean(str(error))[:300]
    except Exception:  # its own __str__ failed, and there is nothing else to tell
        message = ""
    kind = "exit" if type(error) is SystemExit else "error"
    return {"kind": kind, "type": type_name(type(error)).split()[-1], "message": message, "line": line}


def handed_in(namespace, name):
    """An answer as plain data; a function is {"function": True}, a stub or nothing is None."""
    value = namespace.get(name)
    if isinstance(value, types.FunctionType) and is_stub(value):
        return None
    return {"function": True} if callable(value) else plain(value)


def tried(request, namespace, pipes):
    """What a function does on the cases of a request."""
    function = namespace.get(request["name"])
    if not callable(function):
        return []

    def elsewhere(number):
        def ask(*arguments):
            pipes.send({"call": number, "arguments": wire.encode(list(arguments))})
            reply = pipes.receive()
            if "error" in reply:
                raise ValueError(reply["error"])
            return wire.decode(reply["value"])

        return ask

    call = sources.make(request["adapter"]) if request["adapter"] else positional
    cases = [dict(wire.decode(case, elsewhere)) for case in request["cases"]]
    return outcomes(function, cases, call, request["seconds"])


def positional(function, case):
    """The arguments in order."""
    return function(*case.values())
