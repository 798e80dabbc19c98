"""Defects of the built pages: what fetches, breaks, hides, or cannot be operated."""

from mutants.planting import Defect, both, edit, page, prose, script

CHAPTER = "book/05-gradient-descent.html"
NEURONS = "book/01-neurons.html"
FILES = "pytest tests/test_book.py"
BROWSER = "pytest tests/test_browser.py -k '01-neurons'"
AXE = "pytest tests/test_browser_axe.py -k '01-neurons'"
SOURCE = "book/05-gradient-descent.ipynb"
REFERENCES = "build --check"

DEFECTS = (
    Defect(
        "the paper does not show what is drawn on it",
        script("draw-digit.js", "image.data[4 * i + 3]", "image.data[5 * i + 3]"),
        "pytest tests/test_browser_drawing.py -k show_the_ink",
    ),
    Defect(
        "a dot leaves no ink",
        script("draw-digit.js", "points.length === 1) drawSegment", "points.length === 2) drawSegment"),
        "pytest tests/test_browser_drawing.py -k dot",
    ),
    Defect(
        "a page fetches a script from a third party",
        page(NEURONS, "</head>", '<script src="https://cdn.example.org/widgets.js"></script></head>'),
        f"{FILES} -k fetched",
        quick=True,
    ),
    Defect(
        "a style sheet fetches a font from a third party",
        script("theme.css", ".chapter-map {", '@import "https://fonts.example.org/a.css";\n.chapter-map {'),
        f"{FILES} -k style_sheets",
    ),
    Defect("a page names a content network", page(NEURONS, "</body>", "<!-- cdn.jsdelivr.net --></body>"), f"{FILES} -k stranger"),
    Defect("a page lost its policy", page(NEURONS, 'http-equiv="Content-Security-Policy"', 'name="nothing"'), "pytest tests/test_site.py -k policy"),
    Defect("an inline handler slipped into a page", page(NEURONS, "<h1>", '<h1 onclick="go()">'), "pytest tests/test_site.py -k policy"),
    Defect("a link leads to another chapter than it names", prose(SOURCE, "mean squared error of [chapter 3](", "mean squared error of [chapter 2]("), "pytest tests/test_contents.py -k named_by_a_link"),
    Defect("a link leads to an anchor that is not there", page(NEURONS, 'href="#', 'href="#no-such-'), f"{FILES} -k anchors"),
    Defect("an id is given twice", page(NEURONS, "</article>", '<p id="one-neuron"></p></article>'), f"{FILES} -k ids"),
    Defect("a page is missing", lambda copy: copy.remove("_build/html/" + CHAPTER), f"{FILES} -k built"),
    Defect(
        "a picture has lost its text",
        page(NEURONS, "</article>", '<img src="../_static/share.png"></article>'),
        f"{FILES} -k pictures",
        quick=True,
    ),
    Defect(
        "a picture's text is a file name",
        page(NEURONS, "</article>", '<img src="../_static/share.png" alt="share.png"></article>'),
        f"{FILES} -k pictures",
    ),
    Defect("the launch button opens another chapter", page(CHAPTER, "05-gradient-descent.ipynb", "04-backpropagation.ipynb"), f"{FILES} -k launch"),
    Defect("an explorer has lost its states", page(NEURONS, '<script type="application/json" class="states">', '<script type="application/json" class="states">[]</script><script>'), FILES),
    Defect("a page reports an error", both(edit("nnbook/static/pages.js", '"use strict";', '"use strict";\n  console.error("broken");'), edit("_build/html/_static/pages.js", '"use strict";', '"use strict";\n  console.error("broken");')), BROWSER),
    Defect("a formula does not parse", page(NEURONS, "\\(W", "\\(\\frac{W"), BROWSER),
    Defect("a page scrolls sideways on a phone", script("theme.css", ".chapter-map {", "main h1 { min-width: 600px; }\n.chapter-map {"), BROWSER),
    Defect("text is too pale to read", page(NEURONS, "</head>", "<style>article p { color: #aaa; }</style></head>"), AXE),
    Defect("a field of an exercise has no label", page(NEURONS, '<label for="neurons.neuron-output-0">', '<label for="nothing">'), AXE),
    Defect("a reference leads nowhere", prose(SOURCE, "{eq}`eq:descent-limit`", "{eq}`eq:descent-limits`"), REFERENCES),
    Defect("two equations share a label", prose(SOURCE, "$$ (eq:descent-limit)", "$$ (eq:descent-factor)"), REFERENCES),
    Defect("a work is cited that the bibliography does not have", prose(SOURCE, "{cite}`cauchy1847`", "{cite}`cauchy1848`"), REFERENCES),
    Defect("a heading skips a level", prose(SOURCE, "## In short", "#### In short"), REFERENCES),
    Defect("a glued number is missing", prose(SOURCE, "{glue:text}`descent-ten-steps`", "{glue:text}`descent-eleven-steps`"), "pytest tests/test_prose.py"),
)
