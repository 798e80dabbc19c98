/* Equations and outputs that are wider than the page scroll sideways; this lets the keyboard scroll them too. */
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

  window.addEventListener("load", function () {
    var typeset = window.MathJax && window.MathJax.startup && window.MathJax.startup.promise;
    Promise.resolve(typeset).then(markAll);
    window.addEventListener("resize", markAll);
    document.addEventListener("toggle", markAll, true);
  });
})();
