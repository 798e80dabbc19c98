"""How a page is looked at by axe-core, walked through by keyboard, and heard by those who do not see its figures."""

import contextlib

from axe_playwright_python.base import AXE_SCRIPT

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# Without preload: axe would fetch @import rules of style sheets, and from the wrong folder.
RUN = """([within, only, texts]) => {
  axe.configure({ rules: [{ id: "color-contrast", selector: texts }] });
  return axe.run(within, { runOnly: only, preload: false, resultTypes: ["violations"] });
}"""
# axe itself tells which of its rules read colors.
COLOR_RULES = "tags => axe.getRules(['cat.color']).filter(r => r.tags.some(t => tags.includes(t))).map(r => r.ruleId)"

# Marks one element of each look: all that the contrast of a text is computed from, as far as style sheets decide it.
MARK_LOOKS = """() => {
  const see = (element) => {
    const { color, fontSize, fontWeight, textShadow, position, transform } = getComputedStyle(element);
    const around = [];
    for (let e = element; e; e = e.parentElement) {
      const { backgroundColor, backgroundImage, opacity, filter, mixBlendMode } = getComputedStyle(e);
      const layer = [backgroundColor, backgroundImage, opacity, filter, mixBlendMode].join();
      if (layer !== "rgba(0, 0, 0, 0),none,1,none,normal") around.push(layer);
    }
    return [color, fontSize, fontWeight, textShadow, position, transform, ...around].join("|");
  };
  const looks = new Set();
  document.querySelectorAll("[data-look]").forEach((e) => e.removeAttribute("data-look"));
  for (const e of document.body.querySelectorAll("*")) {
    const speaks = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (!(speaks || e.matches("input, select, textarea")) || !e.checkVisibility({ visibilityProperty: true })) continue;
    const look = see(e);
    if (!looks.has(look)) e.dataset.look = "";
    looks.add(look);
  }
  return looks.size;
}"""


def load(page):
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)


def violations(page, only=WCAG, within="html", every_text=False):
    """Return one line for each thing that axe finds on a page or within a part of it, by some tags or rules.

    Contrast is measured once for each look that text has on the page, or for every text.
    """
    load(page)
    page.evaluate(MARK_LOOKS)
    found = page.evaluate(RUN, [within, only, "*" if every_text else "[data-look]"])["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]} — {node['failureSummary'][:300]}"
        for rule in found
        for node in rule["nodes"]
    ]


def color_rules(page):
    """Return the rules whose findings may differ between light and dark."""
    load(page)
    return page.evaluate(COLOR_RULES, WCAG)


# Everything that the keyboard should come to, in the order of the document; of a group of radio buttons one.
STOPS = """() => {
  const group = (e) => [...document.querySelectorAll("input[type=radio]")]
    .filter((other) => other.name === e.name && other.form === e.form);
  const first = (e) => group(e).find((other) => other.checked) || group(e)[0];
  window.stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((e) => e.tabIndex >= 0 && !e.disabled && !e.closest("[inert]"))
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && (e.type !== "radio" || e === first(e)));
  window.walked = [];
  const marked = (e) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(e);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  };
  document.addEventListener("focusin", ({ target }) => {
    // A frame around nothing else may show the mark in its stead.
    const frame = target.parentElement;
    const alone = window.stops.filter((e) => frame.contains(e)).length === 1;
    window.walked.push({ target, shown: marked(target) || (alone && marked(frame)) });
  });
  return window.stops.length;
}"""
# How many of the stops were not met yet, and how many elements were met, stops or not.
WAY = """() => {
  const met = new Set(walked.map(({ target }) => target));
  return [stops.filter((e) => !met.has(e)).length, met.size];
}"""
# What was wrong on the way, up to where all had been met: after that the way begins anew.
WALK = """() => {
  const name = (e) => e.outerHTML.slice(0, 150);
  const all = walked.map(({ target }) => target);
  const end = Math.max(...stops.map((e) => all.indexOf(e)));
  const way = all.slice(0, end + 1);
  const met = way.filter((e) => stops.includes(e));
  const place = met.findIndex((e, i) => e !== stops[i]);
  return {
    missed: stops.filter((e) => !met.includes(e)).map(name),
    twice: way.filter((e, i) => way.indexOf(e) < i).map(name),
    "out of order": place < 0 ? [] : [name(met[place])],
    "without a mark": walked.filter(({ shown }) => !shown).map(({ target }) => name(target)),
  };
}"""


KEYS = {
    "Tab": {"type": "rawKeyDown", "key": "Tab", "windowsVirtualKeyCode": 9},
    "Enter": {"type": "keyDown", "key": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
}


@contextlib.contextmanager
def keyboard(page):
    """Give a function that presses a key wherever the page has its focus, without Playwright's looking around first."""
    session = page.context.new_cdp_session(page)
    yield lambda key: session.send("Input.dispatchKeyEvent", KEYS[key])
    session.detach()


def press_enter(page, selector):
    """Press the Enter key at everything that is selected, one after the other."""
    with keyboard(page) as press:
        for number in range(page.locator(selector).count()):
            page.evaluate("([all, i]) => document.querySelectorAll(all)[i].focus()", [selector, number])
            press("Enter")


def walk(page):
    """Press Tab from the top of a page to its end; return what was wrong on the way, by kind."""
    left, met = page.evaluate(STOPS), 0
    with keyboard(page) as press:
        while left:
            for _ in range(left):
                press("Tab")
            # What opens where one reads, like the contents, takes steps that were not counted: go on while
            # something new is met.
            before, (left, met) = met, page.evaluate(WAY)
            if met == before:
                break
    return {kind: names for kind, names in page.evaluate(WALK).items() if names}


# Every picture with its alternative: what is decoration says so.
PICTURES = """() => [...document.querySelectorAll("img, svg[role=img], canvas")]
  .filter((e) => !e.closest("[aria-hidden=true], [hidden]"))
  .map((e) => [e.localName, e.getAttribute(e.localName === "img" ? "alt" : "aria-label"),
    e.closest("figure")?.querySelector("figcaption")?.textContent ?? ""])
  .filter(([tag, alternative]) => tag !== "img" || alternative !== "")"""


def mute(page):
    """Return one line for each picture of a page whose alternative does not say what is seen."""
    found, said = [], set()
    for tag, alternative, caption in page.evaluate(PICTURES):
        text = " ".join((alternative or "").split())
        if tag == "canvas":
            found += [] if text else ["canvas: has no name"]
        elif len(text) < 30:
            found.append(f"{tag}: says only {text!r}")
        elif text == " ".join(caption.split()):
            found.append(f"{tag}: repeats its caption, {text!r}")
        elif text in said:
            found.append(f"{tag}: says what another says, {text!r}")
        elif " " not in text:
            found.append(f"{tag}: a name of a file, {text!r}")
        said.add(text)
    return found
