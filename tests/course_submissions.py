"""A class of students for the tests of grading: right, wrong, hostile, late and broken submissions.

Each submission says what its student should get, and a part of the sentence that must be found about it.
"""

import copy
import re
from dataclasses import dataclass

from nnbook.course import notebooks
from nnbook.course.assign import title_of
from nnbook.course.plan import slug
from nnbook.exercises import exercises

ESSAY = "A line would have to fulfil four inequalities, two of which contradict the sum of the others."


@dataclass(frozen=True)
class Submission:
    """text: the notebook's file; score: automatic points, None for a few; said: part of a sentence about it."""

    id: str
    text: bytes | None
    score: float | None
    said: str = ""


def made(plan, picked, seed, *, release):
    """The notebook of a seed."""
    book = {item.id for item in exercises(plan.chapter)}
    return notebooks.notebook(plan, picked, seed, title=title_of(plan), release=release, book=book)


def cell_of(data, name):
    """The cell that holds the answer to an exercise."""
    return next(cell for cell in data["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == slug(name))


def unmarked(source):
    """A solved cell without nbgrader's marks."""
    return re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", "".join(source), flags=re.MULTILINE)


def solved(plan, picked, seed, only=None):
    """The release with right answers filled in, to all exercises or to some."""
    data, solution = made(plan, picked, seed, release=True), made(plan, picked, seed, release=False)
    for item in picked:
        if only is None or item.id in only:
            text = ESSAY if item.kind.name == "Explain" else unmarked(cell_of(solution, item.id)["source"])
            cell_of(data, item.id)["source"] = text
    return data


def with_cell(data, source, place=2):
    """The notebook with a cell of the student's own, by default right below the set-up."""
    data = copy.deepcopy(data)
    cell = {"cell_type": "code", "id": "own", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    data["cells"].insert(place, cell)
    return data


def answered(data, answers):
    """The notebook with sources in the cells of some answers."""
    data = copy.deepcopy(data)
    for name, source in answers.items():
        cell_of(data, name)["source"] = source
    return data


# Cells of students who attack, with what is to be said about them. All right answers stand in the same notebook.
HARMLESS = {
    "warns": ("import sys, warnings\nwarnings.warn('careful')\nprint('oh', file=sys.stderr)", ""),
    "prints": ("for _ in range(1000):\n    print('x' * 10**6)", "Cell 3 printed more than 10 million characters"),
    "floods": ("import os\nfor _ in range(300):\n    os.write(1, b'x' * 10**6)", ""),
    "exits": ("import sys\nsys.exit(0)", "Cell 3 called exit"),
    "leaves": ("import os\nos._exit(0)", "Cell 3 ended Python itself"),
    "crashes": ("import ctypes\nctypes.string_at(0)", "Cell 3 ended Python itself"),
    "loops": ("while True:\n    pass", "Cell 3 ran longer than 2 seconds"),
    "stubborn": (
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
        "Cell 3 ran longer than 2 seconds",
    ),
    "forks": (
        "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
        "Cell 3 started more than 32 processes",
    ),
    "hoards": ("hoard = []\nwhile True:\n    hoard.append(bytearray(10**8))", "Cell 3 raised MemoryError"),
    "kills": (
        "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
        "",  # it has no parent that it could see
    ),
    "magic": ("%matplotlib inline\n%time waste = 1\n!cat /etc/passwd\nlist?", ""),
    "raises": ("1 / 0", "Cell 3 raised ZeroDivisionError in line 1: division by zero"),
    "typo": ("def f(:\n    pass", "Cell 3 raised SyntaxError"),
    "fills": (
        "with open('big', 'wb') as file:\n    while True:\n        file.write(b'x' * 10**7)",
        "Cell 3 raised OSError",
    ),
}

# Cells of students without any answer; whatever they do, they get nothing.
FORGERS = {
    "agrees": (
        "class Agrees:\n    __eq__ = __le__ = __ge__ = lambda self, other: True\n    __hash__ = None\n"
        "    def __float__(self):\n        return float('nan')\n    def __getattr__(self, name):\n        return self\n"
        "    def __call__(self, *_):\n        return self\n    def __array__(self, *_, **__):\n        return self\n"
        "for name in {names}:\n    globals()[name] = Agrees()",
        "",
    ),
    "overrides": (
        "import sys, types, nnbook\nfake = types.ModuleType('nnbook')\nfake.__getattr__ = lambda name: fake\n"
        "fake.check = fake.points = fake.grade = lambda *_, **__: 1.0\nsys.modules['nnbook'] = fake\n"
        "sys.modules['nnbook.exercises'] = sys.modules['nnbook.course'] = fake\n"
        "import builtins\nbuiltins.all = lambda *_: True\nbuiltins.abs = lambda x: 0",
        "",
    ),
    "patches": (
        "import json, numpy as np\nnp.isclose = np.allclose = np.array_equal = lambda *_, **__: True\n"
        'json.dumps = lambda *_, **__: \'{{"score": 1, "status": "correct"}}\'\njson.loads = json.dumps',
        "",
    ),
    "forges": (
        "import json, os\n"
        "functions = {{name: {{'function': True}} for name in {names}}}\n"
        "outcomes = [{{'value': True, 'score': 1, 'status': 'correct'}}] * 50\n"
        "lines = [{{'score': 1.0}}, {{'start': []}}, {{'done': {{}}}}, {{'done': 1.5}}, {{'problem': 3, 'done': 3}},\n"
        "         {{'end': functions}}, {{'outcomes': outcomes}}, {{'call': 0, 'arguments': []}}]\n"
        "for fd in range(3, 1024):\n    for line in lines:\n        try:\n"
        "            os.write(fd, json.dumps(line).encode() + b'\\n')\n"
        "        except OSError:\n            pass",
        "",
    ),
    "garbles": (
        "import os\nfor fd in range(3, 1024):\n    try:\n        os.write(fd, b'[' * 10**6 + b'\\n')\n"
        "    except OSError:\n        pass",
        "wrote into the grader's pipe",
    ),
    "copies": (
        "from nnbook.exercises import exercise, neurons\nforward = exercise('neurons.forward').kind.reference",
        "Cell 3 raised",
    ),
}
