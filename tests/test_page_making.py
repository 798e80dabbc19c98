"""What the build does to pages, tried without a build: repairs, the map, descriptions, and what may be missing."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from sphinx.util.parallel import make_chunks

from nnbook import sphinx_ext, sphinx_map, sphinx_pages, sphinx_site

PAGE = """<html data-theme="auto"><meta name="viewport" content="a" /><meta name="viewport" content="a" />
<script data-cfasync="false">late()</script><link rel="preload" as="script" href="x.js">
<div role="doc-biblioentry"><img alt="Binder logo">Binder</div></html>"""


def test_a_page_is_mended_once():
    mended = sphinx_pages.mend_page(PAGE)
    assert mended.count("viewport") == 1 and "preload" not in mended and 'alt=""' in mended
    assert 'data-theme="light"' in mended and "late()" not in mended and 'role="listitem"' in mended
    assert sphinx_pages.mend_page(mended) == mended
    assert sphinx_pages.keep_one_viewport("<p>none</p>") == "<p>none</p>"


def chapter(title, opening, minutes=True):
    """The page of a chapter, with a figure and two exercises, one of which is answered in the notebook."""
    return (
        f'<article><h1>{title}<a class="headerlink" href="#">#</a></h1><p>{opening}</p>'
        f"<p>It takes {'about 40 minutes' if minutes else 'a while'}.</p>"
        '<figure class="explorer"><svg>What?</svg></figure>'
        '<form class="exercise" id="a.b"><script type="application/json">{}</script></form>'
        '<form class="exercise" id="a.c"></form></article>'
    )


def test_a_chapter_is_known_by_its_question_time_and_contents():
    known = sphinx_map.facts(chapter("1. Neurons", "Light falls. On 3.5 lines. Why?"))
    assert known == {
        "title": "1. Neurons",
        "minutes": 40,
        "question": "On 3.5 lines. Why?",
        "explorers": 1,
        "exercises": ["a.b"],
    }
    assert sphinx_map.facts(chapter("Index", "Words.", minutes=False)) is None
    assert sphinx_map.facts("<p>about 4 minutes</p>") is None


@pytest.mark.parametrize(
    ("opening", "question"),
    [
        ("All is said. Nothing is asked.", "All is said. Nothing is asked."),
        ("Why?", "Why?"),
        ("First. How many characters does a question need to stand alone here?", None),
    ],
)
def test_a_short_question_brings_the_sentence_before_it(opening, question):
    assert sphinx_map.question_of(opening) == (question or opening.removeprefix("First. "))


def test_the_map_takes_its_place_again(tmp_path):
    (tmp_path / "index.html").write_text('<div id="chapter-map"></div><p>below</p>')
    (tmp_path / "one.html").write_text(chapter("A & B", "Why?"))
    (tmp_path / "notes.html").write_text(chapter("Notes", "Words.", minutes=False))
    for _ in range(2):
        sphinx_map.draw_map(tmp_path, "index", ["one", "notes"])
    drawn = (tmp_path / "index.html").read_text()
    assert drawn.count("<li>") == 1 and drawn.count('id="chapter-map"') == 1 and drawn.endswith("<p>below</p>")
    assert '<a href="one.html">A &amp; B</a>' in drawn and 'data-exercises="a.b"' in drawn


def test_a_long_description_ends_at_a_word():
    section = nodes.section("", nodes.paragraph("", "word " * 200))
    told = sphinx_site.describe(nodes.document("", "", "", section))
    assert told.endswith("word …") and len(told) <= sphinx_site.LONGEST + 2
    listed = nodes.section("", nodes.bullet_list("", nodes.list_item("", nodes.paragraph("", "only a list"))))
    assert sphinx_site.describe(nodes.document("", "", "", listed)) == ""
    assert "description" not in sphinx_site.tags("Title", "", "https://example.org/", "page")


def test_a_page_that_no_document_stands_behind_gets_no_tags():
    context = {}
    sphinx_site.add_tags(None, "search", "search.html", context, None)
    assert context == {}


def test_without_git_no_day_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert sphinx_site.last_change(Path(__file__)) is None


def test_without_its_package_mathematics_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="pip install -r requirements.txt"):
        sphinx_ext.mathjax_folder()


def app(**changes):
    """As much of Sphinx as the extension looks at."""
    return SimpleNamespace(**{"builder": SimpleNamespace(format="latex"), "extensions": {}, "parallel": 2, **changes})


def test_only_pages_get_mathematics_and_a_finish():
    assert sphinx_ext.copy_mathjax(app()) is None
    assert sphinx_ext.finish_site(app(), None) is None
    assert sphinx_ext.finish_site(app(builder=SimpleNamespace(format="html")), ValueError("failed")) is None


def test_numbering_is_declared_fit_for_several_readers_where_there_is_one():
    numbering = SimpleNamespace(parallel_read_safe=False)
    sphinx_ext.allow_parallel_reading(app(extensions={"sphinx_multitoc_numbering": numbering}), None, [])
    assert numbering.parallel_read_safe
    sphinx_ext.allow_parallel_reading(app(), None, [])


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_no_process_is_given_all_the_chapters_to_run(processes):
    chapters, others = [f"book/{i:02}" for i in range(12)], [f"book/{letter}" for letter in "abcdefgh"]
    names = sorted(chapters + others)
    sphinx_ext.allow_parallel_reading(app(parallel=processes), None, names)
    assert sorted(names) == sorted(chapters + others)
    shares = [len(set(chapters).intersection(chunk)) for chunk in make_chunks(names, processes)]
    assert max(shares) == 12 / processes


def test_without_autodoc_there_are_no_docstrings_to_mend():
    heard = []
    made = app(setup_extension=heard.append, connect=lambda event, *_, **__: heard.append(event))
    assert sphinx_ext.setup(made)["parallel_read_safe"]
    assert "autodoc-process-docstring" not in heard and "build-finished" in heard


def test_a_site_whose_first_page_is_the_index_gets_no_other(tmp_path):
    (tmp_path / "_static" / "scripts").mkdir(parents=True)
    (tmp_path / "_static" / "scripts" / "fontawesome.js").write_text("{}")
    (tmp_path / "index.html").write_text(f'<meta charset="utf-8">{PAGE}')
    config = SimpleNamespace(root_doc="index", html_baseurl="https://example.org/", project="Small")
    env = SimpleNamespace(config=config, toctree_includes={})
    made = app(builder=SimpleNamespace(format="html"), outdir=tmp_path, confdir=tmp_path, config=config, env=env)
    sphinx_ext.finish_site(made, None)
    page = (tmp_path / "index.html").read_text()
    assert "Content-Security-Policy" in page and "Binder" in page
    assert not (tmp_path / "_static" / "share.png").exists() and (tmp_path / "404.html").exists()


def test_the_search_keeps_the_entries_of_pages_that_are_not_written_anew(tmp_path):
    (tmp_path / "index.md").write_text("# A book\n\n```{toctree}\nwords\nchapter\n```\n")
    (tmp_path / "words.md").write_text("# Words\n\n```{glossary}\nbias\n  What is added.\n```\n")
    (tmp_path / "chapter.md").write_text("# A chapter\n\nIt has a {term}`bias`.\n")
    extensions = "extensions=myst_parser,nnbook.sphinx_index"
    found = []
    for sentence in ("", "One more sentence.\n"):
        with (tmp_path / "chapter.md").open("a") as page:
            page.write(sentence)
        command = [sys.executable, "-m", "sphinx", "-C", "-W", "-D", extensions, ".", "out"]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
        index = (tmp_path / "out" / "searchindex.js").read_text()
        found.append(json.loads(index[index.index("(") + 1 : index.rindex(")")])["indexentries"]["bias"])
    assert found[0] == found[1] and len(found[0]) == 2
