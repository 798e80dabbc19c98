"""The README's figures are those that were measured, and its tables are made of them."""

import json

from figures import BEGIN, END, MEASURED, README, facts, rows, section, written

from benchmarks.speed import _ratio

MEASUREMENT = {
    "machine": "one of two",
    "speed": [["784-16-10", "32", "1", "3.00", "2.00", "0.80"]],
    "pages": [["a", "780 kB", "242 kB"], ["b", "980 kB", "20 kB"]],
    "notebooks": [["a", "3.2", "400 MB"], ["b", "11.7", "710 MB"]],
    "tests": {"tests": 4567, "cells": 833, "seconds": 840, "build_seconds": 150},
    "coverage": {"python": {"percent": 97.25}, "javascript": {"percent": 98.0}},
    "mutants": {"caught": 95, "planted": 96},
}


def test_the_readme_shows_what_was_measured_last():
    readme = README.read_text(encoding="utf-8")
    assert readme.count(BEGIN) == readme.count(END) == 1
    assert written(readme, json.loads(MEASURED.read_text(encoding="utf-8"))) == readme, "run scripts/figures.py --write"


def test_every_measurement_has_its_line():
    assert len(list(facts(MEASUREMENT))) == 10
    text = section(MEASUREMENT)
    for figure in ("780 to 980 kB", "at most 242 kB", "at most 12 s", "710 MB", "2.5 min", "14 min", "4,567 and 833"):
        assert figure in text
    for figure in ("97.2 %", "98.0 %", "95 of 96", "one of two", "| 784-16-10 | 32 | 1 | 3.00 | 2.00 | 0.80 |"):
        assert figure in text


def test_only_the_tables_are_written():
    readme = f"before\n{BEGIN}old{END}after\n"
    assert written(readme, MEASUREMENT) == f"before\n{BEGIN}{section(MEASUREMENT)}{END}after\n"


def test_rows_leave_out_the_heads():
    assert rows("said\n| a | b |\n|---|---|\n| 1 | 2 kB |\n\nmore\n") == [["1", "2 kB"]]


def test_a_ratio_of_four_means_that_we_take_a_quarter_of_the_time():
    assert _ratio([4.0, 8.0, 100.0], [1.0, 2.0, 1.0]) == 4
