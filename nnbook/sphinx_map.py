"""The map of the chapters on the front page: what each asks, how long it takes, what can be done in it."""

import html
import re
from pathlib import Path

from bs4 import BeautifulSoup

MARKER = re.compile(r'<div id="chapter-map">.*?</div>', re.DOTALL)
MINUTES = re.compile(r"about (\d+) minutes")
SHORT = 60
# Pictures and states are most of a page, take long to parse, and say nothing about it that is wanted here.
INSIDES = re.compile(r"(<(svg|script)\b[^>]*>).*?(</\2>)", re.DOTALL)
ENTRY = """<li>
<a href="{link}">{title}</a> <span class="minutes">{minutes} min</span>
<p>{question}</p>
<p class="counts">{explorers} to move, {exercises} to
answer<span class="answered-here" data-exercises="{names}"></span></p>
</li>"""
# Filled in by pages.js once something has been answered.
ERASE = """<p class="online-progress" hidden>What you answered is kept in this browser only and never sent.
<button type="button" data-action="forget">Forget my answers</button></p>"""


def facts(page):
    """{title, minutes, question, explorers, exercises (their ids)} of a chapter's HTML; None if it states no time."""
    soup = BeautifulSoup(INSIDES.sub(r"\1\3", page), "html.parser")
    article = soup.select_one("article")
    minutes = MINUTES.search(article.get_text()) if article else None
    if minutes is None:
        return None
    for link in article.select(".headerlink"):
        link.decompose()
    heading = article.select_one("h1")
    opening = " ".join(heading.find_next("p").get_text().split())
    return {
        "title": " ".join(heading.get_text().split()),
        "minutes": int(minutes[1]),
        "question": question_of(opening),
        "explorers": len(article.select("figure.explorer")),
        "exercises": [form["id"] for form in article.select("form.exercise") if form.find("script")],
    }


def question_of(opening):
    """The last question of a chapter's first paragraph, with the sentence before it where it is short."""
    sentences = [sentence.strip() for sentence in re.findall(r"(?:[^.?!]|\.(?=\d))+[.?!]", opening)]
    places = [i for i, sentence in enumerate(sentences) if sentence.endswith("?")]
    if not places:
        return opening
    last = places[-1]
    first = last - 1 if len(sentences[last]) < SHORT and last else last
    return " ".join(sentences[first : last + 1])


def chapter_map(folder, documents):
    """The map as HTML, seen from the folder of the chapters: an entry for each document that states a time."""
    entries = []
    for name in documents:
        path = Path(folder) / f"{name}.html"
        known = facts(path.read_text(encoding="utf-8"))
        if known:
            entries.append(
                ENTRY.format(
                    link=path.name,
                    title=html.escape(known["title"]),
                    minutes=known["minutes"],
                    question=html.escape(known["question"]),
                    explorers=known["explorers"],
                    exercises=len(known["exercises"]),
                    names=" ".join(known["exercises"]),
                )
            )
    return '<ul class="chapter-map">\n' + "\n".join(entries) + f"\n</ul>\n{ERASE}"


def draw_map(folder, root, documents):
    """Put the map on the front page, in the place of the one before it if there is one."""
    path = Path(folder) / f"{root}.html"
    page = path.read_text(encoding="utf-8")
    drawn = f'<div id="chapter-map">\n{chapter_map(folder, documents)}\n</div>'
    path.write_text(MARKER.sub(lambda _: drawn, page, count=1), encoding="utf-8")
