/* What every page needs: scrolling by keyboard where something is wider than the page, and the buttons of its head. */
(function () {
  "use strict";
  var WIDE = "mjx-container[display='true'], div.math, .cell_output .output, .cell_output pre";

  function mark(element) {
    var style = getComputedStyle(element);
    var scrolls = style.overflowX !== "visible" && element.scrollWidth > element.clientWidth;
    if (scrolls && !element.hasAttribute("tabindex")) {
      element.tabIndex = 0;
      element.setAttribute("role", "group");
      element.setAttribute("aria-label", "Wider than the page: scrolls sideways");
    } else if (!scrolls && element.getAttribute("aria-label") === "Wider than the page: scrolls sideways") {
      element.removeAttribute("tabindex");
      element.removeAttribute("role");
      element.removeAttribute("aria-label");
    }
  }

  function markAll() {
    document.querySelectorAll(WIDE).forEach(mark);
  }

  /* What the theme writes into attributes, where a content security policy does not let it run. */
  var ACTIONS = {
    print: function () { window.print(); },
    fullscreen: function () { window.toggleFullScreen(); },
    forget: function () {
      answers().forEach(function (key) { localStorage.removeItem(key); });
      showProgress();
    },
  };

  /* What was answered in this browser, as exercises.js keeps it; nothing where storage is switched off. */
  function answers() {
    try {
      return Object.keys(localStorage).filter(function (key) { return key.indexOf("nnbook.exercise.") === 0; });
    } catch (refused) {
      return [];
    }
  }

  function isDone(name) {
    try {
      var status = JSON.parse(localStorage.getItem("nnbook.exercise." + name)).status;
      return status === "correct" || status === "unmarked";
    } catch (none) {
      return false;
    }
  }

  function showProgress() {
    document.querySelectorAll(".answered-here").forEach(function (place) {
      var done = place.dataset.exercises.split(" ").filter(isDone).length;
      place.textContent = done ? ", " + done + " answered" : "";
    });
    document.querySelectorAll(".online-progress").forEach(function (line) { line.hidden = !answers().length; });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-action]");
    var link = event.target.closest("a.alone");
    if (button) {
      ACTIONS[button.dataset.action]();
    } else if (link) {
      /* The page of its own begins in the state that the explorer has here. */
      var id = link.closest("figure").id;
      link.hash = location.hash.indexOf("#" + id + "?") === 0 ? location.hash : "";
    }
  });

  /* Without a server a script may not read the pages that the search has found, only name them. */
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }
  document.documentElement.classList.toggle("offline", location.protocol === "file:");

  showProgress();
  window.addEventListener("load", function () {
    var typeset = window.MathJax && window.MathJax.startup && window.MathJax.startup.promise;
    Promise.resolve(typeset).then(markAll);
    window.addEventListener("resize", markAll);
    document.addEventListener("toggle", markAll, true);
  });
})();
