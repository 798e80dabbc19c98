/* Turns one built page into one for paper, after its own scripts and its mathematics are done. What moves is shown in
   its first state and says where it moves; what folds is open; hints and solutions stand at the end of the chapter.
   `prepare` readies the page for printing alone, `chapter` then hands it over as a part of the whole book. */
(function () {
  "use strict";

  /* as wide as the number of a page that stands there after the first printing */
  const UNKNOWN = "000";
  const UNPRINTED = ".headerlink, .copybtn, noscript, script, button, .online-only, .toctree-wrapper, .index-letters";
  const article = document.querySelector("article.bd-article");
  const canonical = document.querySelector("link[rel=canonical]").href;
  const name = canonical.split("/").pop().replace(".html", "");
  const site = new URL(document.documentElement.dataset.content_root, canonical).href;
  const title = article.querySelector("h1");

  function all(selector, root) {
    return Array.from((root || article).querySelectorAll(selector));
  }

  function make(tag, text, className) {
    const element = document.createElement(tag);
    element.textContent = text;
    if (className) element.className = className;
    return element;
  }

  function link(href, text) {
    const a = make("a", text);
    a.href = href;
    return a;
  }

  /* "1.4" in chapter 1, "4" on a page without a number */
  function numbered(i) {
    const chapter = name.match(/^\d+/);
    return (chapter ? Number(chapter[0]) + "." : "") + (i + 1);
  }

  /* "weight w₁ = 1, weight w₂ = 1": what the controls stand at */
  function settings(figure) {
    return all(".control", figure).map(function (control) {
      const choice = control.querySelector("select");
      const shown = choice ? choice.selectedOptions[0] : control.querySelector(".value");
      return shown && control.querySelector("label").textContent.trim() + " = " + shown.textContent.trim();
    }).filter(Boolean).join(", ");
  }

  function still(figure, i) {
    const caption = figure.querySelector("figcaption");
    const moves = figure.querySelector(".controls") !== null;
    const state = settings(figure);
    all(".controls, .pad, noscript, script, a.alone, .still-note", figure).forEach((part) => part.remove());
    if (caption) caption.prepend(make("strong", "Figure " + numbered(i) + ". "));
    if (moves) {
      const line = make("p", (state ? "Settings: " + state + ". " : "") + "Move it at ", "move-it");
      line.append(link(canonical + "#" + figure.id, canonical + "#" + figure.id));
      figure.append(line);
    }
  }

  /* The heading, statement and form of an exercise stand in one output; its hints and solution follow as dropdowns. */
  function exercise(form, i, hints, solutions) {
    const place = form.closest(".cell_output");
    const heading = all("p > strong", place).find((strong) => strong.textContent.startsWith("Exercise. "));
    const label = numbered(i) + ". " + heading.textContent.replace("Exercise. ", "");
    heading.textContent = "Exercise " + label;
    heading.parentElement.id = "paper-exercise-" + (i + 1);
    place.classList.add("paper-exercise");
    all("details.sd-dropdown", place).forEach(function (details) {
      const kind = details.querySelector(".sd-summary-text").textContent;
      const parts = details.querySelector(".sd-summary-content");
      runIn(kind, parts);
      entry(kind.startsWith("Hint") ? hints : solutions, label, i).append(...parts.childNodes);
      details.remove();
    });
    const rubric = form.querySelector(".rubric");
    if (rubric) {
      entry(solutions, label, i).append(make("p", "A full answer says:"), list(all("label", rubric)));
    }
    const options = all("p:has(> input:is([type=radio], [type=checkbox]))", form).filter((p) => !p.closest(".rubric"));
    const answer = make("div", "", "paper-answer");
    answer.id = form.id;
    if (options.length) {
      const several = form.querySelector("fieldset > p > input[type=checkbox]") !== null;
      answer.append(list(options.map((p) => p.querySelector("label")), several ? "boxes" : "rings"));
    }
    const inPage = form.querySelector("fieldset") !== null;
    const where = make("p", inPage ? "Answer it at " : "Answer it in the notebook of ", "move-it");
    where.append(link(canonical + "#" + form.id, canonical + "#" + form.id));
    answer.append(where);
    form.replaceWith(answer);
  }

  function list(items, className) {
    const ul = make("ul", "", className);
    items.forEach(function (item) {
      const li = make("li", "");
      li.append(...Array.from(item.childNodes).map((node) => node.cloneNode(true)));
      ul.append(li);
    });
    return ul;
  }

  /* "Hint 1. Start from …": a label at the head of the first paragraph, or in one of its own */
  function runIn(label, parts) {
    const first = parts.firstElementChild;
    const place = first && first.tagName === "P" ? first : make("p", "");
    place.prepend(make("strong", label + ". "));
    parts.prepend(place);
  }

  /* the block of an exercise in a collection, made when something comes into it first */
  function entry(collection, label, i) {
    const id = collection.id + "-" + (i + 1);
    const found = all("#" + id, collection)[0];
    if (found) return found;
    const block = make("div", "", "paper-entry");
    const heading = make("p", "", "paper-entry-title");
    block.id = id;
    heading.append(link("#paper-exercise-" + (i + 1), label.replace(/ \([^(]*$/, "")));
    block.append(heading);
    collection.append(block);
    return block;
  }

  function collection(id, heading) {
    const section = make("section", "", "paper-collection");
    section.id = id;
    section.append(make("h2", heading));
    return section;
  }

  function whereSolved() {
    const line = make("p", "On paper, ", "paper-note");
    line.append(link("#paper-hints", "hints"), " and ", link("#paper-solutions", "solutions"));
    line.append(" stand at the end of the chapter.");
    return line;
  }

  function unfold() {
    all("details").forEach(function (details) {
      const block = make("div", "", details.className.includes("hide") ? "paper-unfolded" : details.className);
      all(":scope > summary", details).forEach((summary) => summary.remove());
      block.append(...details.childNodes);
      details.replaceWith(block);
    });
  }

  /* Links within the book lead to the published pages; the whole book turns them into its own. */
  function publish() {
    all("a[href]").forEach(function (a) {
      const url = new URL(a.getAttribute("href"), location.href);
      const own = a.getAttribute("href").startsWith("#");
      if (url.origin === location.origin && !own) {
        const root = new URL(document.documentElement.dataset.content_root, location.href).href;
        a.href = site + url.href.slice(root.length);
      }
    });
  }

  /* An equation, a table or a printed line wider than the paper is set smaller; what still is, wraps. */
  function fit() {
    all("mjx-container").forEach(function (container) {
      const block = container.parentElement.closest("div, p, li, dd, td, th, figcaption");
      const number = block.querySelector(":scope > .eqno");
      const room = block.clientWidth - (number ? number.offsetWidth + 8 : 0);
      const width = container.firstElementChild.getBoundingClientRect().width;
      const size = parseFloat(container.style.fontSize || "100%");
      if (width > room) container.style.fontSize = size * room / width + "%";
    });
    all(".cell_output pre").forEach(function (pre) {
      pre.style.setProperty("white-space", "pre", "important");
      shrink(pre, () => pre.scrollWidth > pre.clientWidth + 1);
      pre.style.removeProperty("white-space");
    });
    all("table").forEach((table) => shrink(table, () => table.offsetWidth > table.parentElement.clientWidth + 1));
  }

  function shrink(element, tooWide) {
    for (let size = 95; size >= 65 && tooWide(); size -= 5) element.style.fontSize = size + "%";
  }

  async function prepare() {
    await (window.MathJax && window.MathJax.startup && window.MathJax.startup.promise);
    document.documentElement.dataset.theme = document.documentElement.dataset.mode = "light";
    document.body.classList.add("paper");
    const hints = collection("paper-hints", "Hints");
    const solutions = collection("paper-solutions", "Solutions");
    all("figure.explorer").forEach(still);
    all("form.exercise").forEach((form, i) => exercise(form, i, hints, solutions));
    title.parentElement.append(...[hints, solutions].filter((section) => section.children.length > 1));
    const first = all(".paper-exercise")[0];
    if (first) first.closest(".cell").before(whereSolved());
    /* the front page: on paper, the title has its own sheet and the contents take the place of the map */
    all("#chapter-map").forEach(function (map) {
      title.textContent = "About this book";
      map.closest("section").remove();
    });
    unfold();
    publish();
    all(UNPRINTED).forEach((part) => part.remove());
    /* only the article, without the frame of the page around it */
    document.body.replaceChildren(article);
    await document.fonts.ready;
    fit();
    return { name: name, title: title.textContent, site: site };
  }

  /* Every id of a page, and what refers to it, gets the page's name in front: then no two pages share one. */
  function chapter() {
    const mine = (id) => name + "--" + id;
    all("[id]").forEach((element) => { element.id = mine(element.id); });
    all("*").forEach(function (element) {
      Array.from(element.attributes).forEach(function (attribute) {
        const value = attribute.value;
        if (attribute.name === "for" || attribute.name.startsWith("aria-") && /by$/.test(attribute.name)) {
          element.setAttribute(attribute.name, value.split(" ").map(mine).join(" "));
        } else if (value.includes("url(#")) {
          element.setAttribute(attribute.name, value.replace(/url\(#/g, "url(#" + name + "--"));
        }
      });
    });
    all("a[href]").forEach(function (a) {
      const href = a.getAttribute("href");
      const page = href.startsWith(site) && href.slice(site.length).match(/^(?:book\/)?([\w-]+)\.html(?:#(.*))?$/);
      if (href.startsWith("#")) a.href = "#" + mine(href.slice(1));
      else if (page && !a.closest(".move-it")) a.href = "#" + page[1] + (page[2] ? "--" + page[2] : "");
    });
    all(".index-entries a[href^='#']").forEach(function (a) {
      const page = make("span", UNKNOWN, "number");
      page.dataset.page = a.getAttribute("href").slice(1);
      a.after(page);
    });
    const math = document.getElementById("MJX-CHTML-styles");
    return {
      html: article.innerHTML,
      sections: all("section > h2").map((h2) => ({ id: h2.parentElement.id, title: h2.textContent.trim() })),
      math: math ? Array.from(math.sheet.cssRules, (rule) => rule.cssText).join("\n") : "",
      sheets: Array.from(document.querySelectorAll("link[rel=stylesheet]"), (sheet) => sheet.href),
    };
  }

  window.paper = { prepare: prepare, chapter: chapter };
})();
