/* Draw a digit: strokes become ink, ink becomes the 28 × 28 pixels that a network reads, and the network answers at every
   stroke. The first part computes and knows nothing of the page; it is the twin of nnbook/drawing.py and nnbook/layers.py,
   step by step, and the tests compare the two. The second part wakes the figure. digit-network.js holds the weights. */
(function () {
  "use strict";

  const FIELD = 28; // pixels a side of what the network reads
  const BOX = 20; // pixels a side of the box that the digit fills
  const GRID = 140; // squares a side of the canvas
  const PEN = 6; // radius of the pen, in squares

  const clip = (value, low, high) => Math.min(Math.max(value, low), high);

  /* ink the squares near a segment; where strokes cross, the darker one counts */
  function drawSegment(ink, [x0, y0], [x1, y1], radius) {
    const reach = radius + 1;
    const dx = x1 - x0;
    const dy = y1 - y0;
    const length2 = dx * dx + dy * dy;
    const low = (a, b) => clip(Math.floor(Math.min(a, b) - reach), 0, GRID);
    const high = (a, b) => clip(Math.ceil(Math.max(a, b) + reach), 0, GRID);
    for (let row = low(y0, y1); row < high(y0, y1); row += 1) {
      for (let column = low(x0, x1); column < high(x0, x1); column += 1) {
        const x = column + 0.5;
        const y = row + 0.5;
        const along = length2 ? clip(((x - x0) * dx + (y - y0) * dy) / length2, 0, 1) : 0;
        const offX = x - x0 - along * dx;
        const offY = y - y0 - along * dy;
        const shade = clip(radius + 0.5 - Math.sqrt(offX * offX + offY * offY), 0, 1);
        const square = row * GRID + column;
        if (shade > ink[square]) ink[square] = shade;
      }
    }
  }

  /* ink of whole strokes: lists of points, each with one point at least */
  function rasterize(strokes, radius = PEN) {
    const ink = new Float64Array(GRID * GRID);
    strokes.forEach((points) => points.forEach((point, i) => {
      if (i > 0 || points.length === 1) drawSegment(ink, points[Math.max(0, i - 1)], point, radius);
    }));
    return ink;
  }

  /* a digit of 784 pixels on the canvas, every pixel a block of squares */
  function enlarge(image) {
    const times = GRID / FIELD;
    const pixel = (row, column) => image[Math.floor(row / times) * FIELD + Math.floor(column / times)];
    return Float64Array.from({ length: GRID * GRID }, (_, i) => pixel(Math.floor(i / GRID), i % GRID));
  }

  /* the smallest square around the ink, from its upper left corner; null for an empty canvas */
  function findBox(ink) {
    let [top, bottom, left, right] = [GRID, -1, GRID, -1];
    for (let row = 0; row < GRID; row += 1) {
      for (let column = 0; column < GRID; column += 1) {
        if (ink[row * GRID + column] > 0) {
          top = Math.min(top, row);
          bottom = Math.max(bottom, row);
          left = Math.min(left, column);
          right = Math.max(right, column);
        }
      }
    }
    return bottom < 0 ? null : { top, left, side: Math.max(bottom - top, right - left) + 1 };
  }

  /* means over areas along the columns of a matrix of so many rows: GRID squares become BOX pixels */
  function shrink(values, rows, start, side) {
    const small = new Float64Array(rows * BOX);
    for (let k = 0; k < BOX; k += 1) {
      const from = start + k * side / BOX;
      const to = start + (k + 1) * side / BOX;
      for (let square = Math.floor(from); square < Math.min(to, GRID); square += 1) {
        const share = Math.max(0, Math.min(to, square + 1) - Math.max(from, square)) * BOX / side;
        for (let row = 0; row < rows; row += 1) small[row * BOX + k] += share * values[row * GRID + square];
      }
    }
    return small;
  }

  function transpose(values, rows, columns) {
    return values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
  }

  /* where the box begins so that the center of mass of a profile falls on the middle pixel of the field */
  function shift(profile) {
    const mass = profile.reduce((sum, value) => sum + value, 0);
    const center = profile.reduce((sum, value, i) => sum + i * value, 0) / mass;
    return FIELD / 2 - Math.floor(center + 0.5 + 1e-9);
  }

  /* what MNIST's makers did to every digit: into a box of 20 × 20, and that centered by mass in 28 × 28 */
  function preprocess(ink) {
    const field = new Float64Array(FIELD * FIELD);
    const box = findBox(ink);
    if (!box) return field;
    const narrow = shrink(ink, GRID, box.left, box.side);
    const small = shrink(transpose(narrow, GRID, BOX), BOX, box.top, box.side); // column by column
    const byRow = new Float64Array(BOX);
    const byColumn = new Float64Array(BOX);
    small.forEach((value, i) => {
      byRow[i % BOX] += value;
      byColumn[Math.floor(i / BOX)] += value;
    });
    const top = shift(byRow);
    const left = shift(byColumn);
    small.forEach((value, i) => {
      const row = top + i % BOX;
      const column = left + Math.floor(i / BOX);
      if (row >= 0 && row < FIELD && column >= 0 && column < FIELD) field[row * FIELD + column] = value;
    });
    return field;
  }

  /* sizes and one flat theta, each layer's W row by row and then its b, become layers of numbers */
  function unpack({ sizes, theta }) {
    const bytes = Uint8Array.from(atob(theta), (letter) => letter.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    let at = 0;
    const take = (count) => Float64Array.from({ length: count }, () => view.getFloat32(4 * at++, true));
    return sizes.slice(1).map((fanOut, i) => ({ fanOut, W: take(sizes[i] * fanOut), b: take(fanOut) }));
  }

  function softmax(z) {
    const powers = z.map((value) => Math.exp(value - Math.max(...z)));
    const sum = powers.reduce((total, value) => total + value, 0);
    return powers.map((value) => value / sum);
  }

  /* the activations of all layers, the input first and the ten probabilities last */
  function forward(layers, x) {
    const all = [x];
    layers.forEach(({ fanOut, W, b }, number) => {
      const z = Float64Array.from(b);
      all[number].forEach((a, i) => {
        if (a !== 0) for (let j = 0; j < fanOut; j += 1) z[j] += a * W[i * fanOut + j];
      });
      all.push(number < layers.length - 1 ? z.map((value) => Math.max(0, value)) : softmax(z));
    });
    return all;
  }

  /* Softmax gives neither 0 nor 1: no answer is called certain or ruled out. */
  function percent(p) {
    const rounded = Math.floor(100 * p + 0.5);
    return rounded < 1 ? "<1 %" : rounded > 99 ? ">99 %" : rounded + " %";
  }

  /* "reads 7, 93 %; then 9, 5 %" */
  function say(probabilities) {
    const order = Array.from(probabilities.keys()).sort((i, j) => probabilities[j] - probabilities[i] || i - j);
    const [first, second] = order.map((digit) => digit + ", " + percent(probabilities[digit]));
    return "reads " + first + "; then " + second;
  }

  /* ---- the page ---- */

  const STEP = 7; // squares that an arrow key moves the pen
  const FINE = 2; // the same with Shift
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  /* black ink, as opaque as the values say; the style sheet turns it to white on a dark page */
  function paint(canvas, values) {
    const image = new ImageData(canvas.width, canvas.height);
    values.forEach((value, i) => { image.data[4 * i + 3] = 255 * value; });
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  /* the picture of the network: every number goes where the still picture has it */
  function makePicture(svg, layers) {
    const groups = (name) => Array.from(svg.querySelectorAll('[data-part="' + name + '"] > g'));
    const parts = (name, tag) => groups(name).map((g) => g.querySelector(tag));
    const hidden = ["hidden-1", "hidden-2"].map((name) => parts(name, ".amount"));
    const bars = parts("outputs", ".amount");
    const texts = parts("outputs", ".percent");
    const places = [...hidden, parts("outputs", ".place")].map((column) =>
      column.map((e) => [e.getAttribute("cx"), e.getAttribute("cy")].map(Number)));
    const edges = [1, 2].map((number) => Array.from(svg.querySelectorAll('[data-part="edges-' + number + '"] path')));
    const input = svg.querySelector('[data-part="input"]');
    const pixels = document.createElement("canvas");
    pixels.width = pixels.height = FIELD;
    const largest = Number(svg.dataset.radius);
    const longest = Number(svg.dataset.bar);

    function showEdges(number, activations) {
      const { fanOut, W } = layers[number];
      const flows = Array.from(W, (weight, i) => weight * activations[Math.floor(i / fanOut)]);
      const order = Array.from(flows.keys()).sort((i, j) => Math.abs(flows[j]) - Math.abs(flows[i]) || i - j);
      const most = Math.abs(flows[order[0]]) || 1;
      edges[number - 1].forEach((path, rank) => {
        const flow = flows[order[rank]];
        const [x0, y0] = places[number - 1][Math.floor(order[rank] / fanOut)];
        const [x1, y1] = places[number][order[rank] % fanOut];
        path.setAttribute("d", "M" + x0 + " " + y0 + "L" + x1 + " " + y1);
        path.setAttribute("stroke-width", Math.floor(30 * Math.abs(flow) / most + 0.5));
        path.setAttribute("stroke-dasharray", flow < 0 ? "40 30" : "none");
      });
    }

    return function show(all) {
      paint(pixels, all[0]);
      input.setAttribute("href", pixels.toDataURL());
      hidden.forEach((circles, k) => {
        const most = Math.max(...all[k + 1]) || 1;
        circles.forEach((circle, i) =>
          circle.setAttribute("r", Math.floor(largest * Math.sqrt(all[k + 1][i] / most) + 0.5)));
      });
      const answer = all[3].indexOf(Math.max(...all[3]));
      bars.forEach((bar, digit) => {
        bar.setAttribute("width", Math.floor(longest * all[3][digit] + 0.5));
        texts[digit].textContent = percent(all[3][digit]);
        bar.parentNode.setAttribute("font-weight", digit === answer ? "bold" : "normal");
      });
      [1, 2].forEach((number) => showEdges(number, all[number]));
    };
  }

  function wake(figure) {
    const layers = unpack(window.digitNetwork);
    const show = makePicture(figure.querySelector("svg"), layers);
    const samples = JSON.parse(figure.querySelector("script.samples").textContent);
    const canvas = figure.querySelector("canvas");
    const pen = figure.querySelector(".pen");
    const penState = figure.querySelector(".pen-state");
    const readout = figure.querySelector("output.readout");
    const list = figure.querySelector("select");
    const held = new Set();
    let drawn = []; // strokes, each a list of points; a digit taken from the list is a string, its number
    let ink = new Float64Array(GRID * GRID);
    let at = [GRID / 2, GRID / 2];
    let down = false; // whether the keyboard's pen is on the paper

    function image(number) {
      return Float64Array.from(atob(samples[number].pixels), (letter) => letter.charCodeAt(0) / 255);
    }

    function line(probabilities) {
      const answer = say(probabilities);
      if (drawn.length === 0) return "nothing drawn yet, and still the network " + answer;
      const taken = drawn.length === 1 && samples[drawn[0]];
      if (!taken) return "the network " + answer;
      const article = taken.label === 8 ? "an " : "a ";
      return "test digit " + drawn[0] + ", " + article + taken.label + ": the network " + answer;
    }

    function read() {
      const all = forward(layers, preprocess(ink));
      paint(canvas, ink);
      show(all);
      const now = line(all[3]);
      if (readout.textContent !== now) readout.textContent = now;
    }

    /* from what is drawn: after undo, clear, or a digit from the list */
    function redraw() {
      ink = rasterize(drawn.filter(Array.isArray));
      drawn.filter((stroke) => samples[stroke]).forEach((number) => {
        enlarge(image(number)).forEach((shade, i) => { ink[i] = Math.max(ink[i], shade); });
      });
      list.value = drawn.length === 1 && samples[drawn[0]] ? drawn[0] : "";
      read();
    }

    function begin(point) {
      drawn.push([point]);
      drawSegment(ink, point, point, PEN);
      list.value = "";
    }

    function extend(point) {
      const stroke = drawn[drawn.length - 1];
      drawSegment(ink, stroke[stroke.length - 1], point, PEN);
      stroke.push(point);
    }

    function place(event) {
      const box = canvas.getBoundingClientRect();
      return [(event.clientX - box.left) * GRID / box.width, (event.clientY - box.top) * GRID / box.height];
    }

    function lift() {
      down = false;
      movePen(at);
    }

    function undo() {
      lift();
      drawn.pop();
      redraw();
    }

    function clear() {
      down = false;
      movePen([GRID / 2, GRID / 2]);
      drawn = [];
      redraw();
    }

    function take(number) {
      lift();
      drawn = samples[number] ? [number] : [];
      redraw();
    }

    function movePen(point) {
      at = point.map((value) => clip(value, 0, GRID));
      pen.style.left = 100 * at[0] / GRID + "%";
      pen.style.top = 100 * at[1] / GRID + "%";
      pen.classList.toggle("down", down);
      penState.textContent = "The pen is " + (down ? "down." : "up.");
    }

    function press(event) {
      const undoing = event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey));
      if (ARROWS[event.key]) {
        held.add(event.key); // two at once go aslant
        const size = event.shiftKey ? FINE : STEP;
        const [dx, dy] = Array.from(held).reduce(([x, y], key) => [x + ARROWS[key][0], y + ARROWS[key][1]], [0, 0]);
        movePen([at[0] + size * dx, at[1] + size * dy]);
        if (down) { extend(at); read(); }
      } else if (event.key === " " || event.key === "Enter") {
        down = !down;
        movePen(at);
        if (down) { begin(at); read(); }
      } else if (event.key === "Escape") lift();
      else if (undoing) undo();
      else if (event.key === "Delete") clear();
      else return;
      event.preventDefault();
      event.stopPropagation();
    }

    canvas.addEventListener("pointerdown", (event) => {
      if (!event.isPrimary || event.button !== 0) return;
      lift();
      canvas.setPointerCapture(event.pointerId);
      begin(place(event));
      read();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!event.isPrimary || !canvas.hasPointerCapture(event.pointerId)) return;
      const between = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
      (between.length ? between : [event]).forEach((e) => extend(place(e)));
      movePen(place(event));
      read();
    });
    canvas.addEventListener("keydown", press);
    canvas.addEventListener("keyup", (event) => held.delete(event.key));
    canvas.addEventListener("blur", () => { held.clear(); lift(); });
    figure.querySelector("button.undo").addEventListener("click", undo);
    figure.querySelector("button.clear").addEventListener("click", clear);
    list.addEventListener("input", () => { take(list.value); remember(); });

    function remember() {
      try {
        history.replaceState(null, "", "#" + figure.id + "?digit=" + list.value);
      } catch (refused) { /* an embedding page may forbid it; the figure works all the same */ }
    }

    function restore(pairs) {
      if (!samples[pairs.get("digit")]) return;
      take(pairs.get("digit"));
      figure.scrollIntoView({ block: "center" });
    }

    figure.explorer = { restore };
    figure.drawing = { layers, rasterize, enlarge, preprocess, forward, strokes: () => drawn };
    figure.querySelectorAll("[disabled]").forEach((control) => { control.disabled = false; });
    figure.querySelector(".pad").hidden = false;
    take(list.value);
    figure.dataset.awake = "true";
    const [id, query] = decodeURI(location.hash.slice(1)).split("?");
    if (id === figure.id && query) restore(new URLSearchParams(query));
  }

  document.querySelectorAll("figure.drawing:not([data-awake])").forEach(wake);
})();
