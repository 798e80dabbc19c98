/* Brings the figures of a page to life, with no kernel and no request: each <figure class="explorer"> carries its states
   as JSON. A state is a place in a grid of settings; a track says what one attribute of one element is there. */
(function () {
  "use strict";

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const STEP_MS = 120;

  /* "M120 340l5-3 6 7": a first point and moves; kept moves reveal a path step by step */
  function cut(path, count) {
    const numbers = path.match(/-?\d+/g);
    const kept = numbers.slice(0, 2 + 2 * count);
    return "M" + kept.slice(0, 2).join(" ") + (kept.length > 2 ? "l" + kept.slice(2).join(" ") : "");
  }

  function end(path, count) {
    const numbers = path.match(/-?\d+/g).slice(0, 2 + 2 * count).map(Number);
    const sum = (parity) => numbers.reduce((total, n, i) => (i % 2 === parity ? total + n : total), 0);
    return [sum(0), sum(1)];
  }

  function moved(circle, x, y) {
    const rest = circle.slice(circle.indexOf("a"));
    return "M" + (x - parseInt(rest.slice(1), 10)) + " " + y + rest;
  }

  function paint(levels, ramp) {
    const side = Math.sqrt(levels.length);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    const context = canvas.getContext("2d");
    const image = context.createImageData(side, side);
    for (let i = 0; i < levels.length; i += 1) image.data.set(ramp[parseInt(levels[i], 16)], 4 * i);
    context.putImageData(image, 0, 0);
    return canvas.toDataURL();
  }

  function wake(figure) {
    const data = JSON.parse(figure.querySelector("script.states").textContent);
    const svg = figure.querySelector("svg");
    const readout = figure.querySelector("output.readout");
    const inputs = data.controls.map((c) => figure.querySelector('[name="' + c.name + '"]'));
    const grid = data.controls.filter((c) => c.kind === "move");
    const stills = data.controls.filter((c) => c.kind === "still");
    const state = {};
    let drawn = data.scenes.findIndex((scene) => scene.svg === undefined);
    let layers = {};
    let paths = {};
    let timer = null;

    data.scenes[drawn].svg = svg.innerHTML;
    data.controls.forEach((c) => { state[c.name] = c.first; });
    bind();

    function bind() {
      layers = {};
      paths = {};
      svg.querySelectorAll("[data-layer]").forEach((g) => { layers[g.dataset.layer] = g; });
    }

    /* the number of the scene whose still part belongs to the choices made */
    function scene() {
      return stills.reduce((n, c) => n * c.names.length + state[c.name], 0);
    }

    function value(track) {
      const place = track.on.reduce((n, axis) => n * grid[axis].names.length + state[grid[axis].name], 0);
      return track.v[track.i ? track.i[place] : place];
    }

    function set(track) {
      const element = layers[track.l].children[track.e];
      const now = value(track);
      if (track.a === "#text") element.textContent = now;
      else if (track.a === "data-heat") element.setAttribute("href", paint(now, data.ramps[track.l]));
      else if (now === null) element.removeAttribute(track.a);
      else element.setAttribute(track.a, now);
      if (track.a === "d" && track.e === 0) paths[track.l] = now;
    }

    function reveal(control) {
      const count = state[control.name];
      control.layers.forEach((name, i) => {
        if (!layers[name]) {
          part(name).forEach((g) => toggle(g, parseInt(g.dataset.layer.slice(name.length + 1), 10) <= count));
          return;
        }
        const line = layers[name].children[0];
        const whole = paths[name] || (paths[name] = line.dataset.whole);
        line.setAttribute("d", cut(whole, count));
        if (control.heads && control.heads[i]) {
          const [x, y] = end(whole, count);
          const head = layers[control.heads[i]].children[0];
          head.setAttribute("d", moved(head.getAttribute("d"), x, y));
        }
      });
    }

    /* the layers name, name-1, name-1-text … */
    function part(name) {
      return Object.keys(layers).filter((l) => (l + "-").startsWith(name + "-")).map((l) => layers[l]);
    }

    function toggle(layer, shown) {
      if (shown) layer.removeAttribute("visibility");
      else layer.setAttribute("visibility", "hidden");
    }

    function draw() {
      if (scene() !== drawn) {
        drawn = scene();
        svg.innerHTML = data.scenes[drawn].svg;
        bind();
      }
      data.scenes[drawn].tracks.forEach(set);
      data.controls.forEach((c) => {
        if (c.kind === "step") reveal(c);
        if (c.kind === "show") c.layers.forEach((name) => part(name).forEach((g) => toggle(g, state[c.name])));
      });
      const steps = data.controls.find((c) => c.kind === "step");
      let line = value(data.scenes[drawn].readout);
      if (Array.isArray(line)) line = line[Math.min(steps ? state[steps.name] : line.length, line.length - 1)];
      if (readout && readout.textContent !== line) readout.textContent = line;
    }

    /* what a control says of itself, for eyes, ears and links */
    function label(c) {
      return c.texts ? c.texts[state[c.name]] : String(state[c.name]);
    }

    function show(c, i) {
      const input = inputs[i];
      if (input.type === "checkbox") input.checked = Boolean(state[c.name]);
      else if (input.tagName === "SELECT") input.selectedIndex = state[c.name];
      else {
        input.value = state[c.name];
        input.setAttribute("aria-valuetext", label(c));
        input.parentNode.querySelector(".value").textContent = label(c);
      }
    }

    function update() {
      data.controls.forEach(show);
      draw();
    }

    function read(c, input) {
      if (input.type === "checkbox") return Number(input.checked);
      return input.tagName === "SELECT" ? input.selectedIndex : Number(input.value);
    }

    function named(c) {
      return c.names ? c.names[state[c.name]] : String(state[c.name]);
    }

    function remember() {
      const settings = data.controls.map((c) => encodeURIComponent(c.name) + "=" + encodeURIComponent(named(c)));
      const hash = "#" + figure.id + "?" + settings.join("&");
      try {
        history.replaceState(null, "", hash);
      } catch (refused) { /* an embedding page may forbid it; the figure works all the same */ }
    }

    function restore(pairs) {
      data.controls.forEach((c) => {
        if (!pairs.has(c.name)) return;
        const wanted = pairs.get(c.name);
        state[c.name] = c.names ? nearest(c, wanted) : Math.max(0, Math.min(c.n || 1, parseInt(wanted, 10) || 0));
      });
      update();
      figure.scrollIntoView({ block: "center" });
    }

    /* the option of that name, or the slider's value nearest to the number */
    function nearest(c, wanted) {
      const exact = c.names.indexOf(wanted);
      if (exact >= 0 || !c.texts || !isFinite(wanted)) return exact >= 0 ? exact : c.first;
      return closest(c, Number(wanted));
    }

    function closest(c, number) {
      const distance = c.names.map((name) => Math.abs(Number(name) - number));
      return distance.indexOf(Math.min(...distance));
    }

    function stop() {
      clearInterval(timer);
      timer = null;
      figure.querySelectorAll("button.play").forEach((b) => { b.textContent = calm.matches ? "Next" : "Play"; });
    }

    function play(c, input, button) {
      if (timer) { stop(); return; }
      const last = Number(input.max);
      const next = () => {
        state[c.name] += 1;
        update();
        if (state[c.name] >= last) { stop(); remember(); }
      };
      if (state[c.name] >= last) { state[c.name] = 0; update(); }
      if (calm.matches) { next(); return; }
      button.textContent = "Pause";
      timer = setInterval(next, STEP_MS);
    }

    function drag(event) {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      [["x", point.x], ["y", point.y]].forEach(([side, position]) => {
        const d = data.drag[side];
        const c = data.controls.find((control) => control.name === d.name);
        state[d.name] = closest(c, d.a + d.b * position);
      });
      update();
    }

    if (data.drag) {
      svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); drag(event); });
      svg.addEventListener("pointermove", (event) => { if (event.buttons) drag(event); });
      svg.addEventListener("pointerup", remember);
    }

    data.controls.forEach((c, i) => {
      const input = inputs[i];
      input.addEventListener("input", () => { stop(); state[c.name] = read(c, input); show(c, i); draw(); });
      input.addEventListener("change", remember);
      const button = input.parentNode.querySelector("button.play");
      if (button) button.addEventListener("click", () => play(c, input, button));
    });
    figure.querySelector("button.reset").addEventListener("click", () => {
      stop();
      data.controls.forEach((c) => { state[c.name] = c.first; });
      update();
      remember();
    });
    figure.querySelectorAll("[disabled]").forEach((control) => { control.disabled = false; });
    stop();
    calm.addEventListener("change", stop);
    figure.explorer = { restore };
    figure.dataset.awake = "true";
  }

  /* #id?name=value&name=value opens a figure in that state */
  function follow() {
    const [id, query] = decodeURI(location.hash.slice(1)).split("?");
    const figure = query && document.getElementById(id);
    if (figure && figure.explorer) figure.explorer.restore(new URLSearchParams(query));
  }

  document.querySelectorAll("figure.explorer:not(.still)").forEach(wake);
  follow();
  window.addEventListener("hashchange", follow);
})();
