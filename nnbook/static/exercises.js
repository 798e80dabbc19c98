/* Checks the book's exercises in the page, by the rules and with the sentences of nnbook.exercises (Python).
   Each form carries its numbers, mistakes and sentences as JSON. Answers stay in this browser (localStorage). */
(function () {
  "use strict";

  // Typed text to numbers: see nnbook/exercises/reading.py.

  const NUMBER = "[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?";
  const FRACTION = new RegExp("^(" + NUMBER + ")(?:/(" + NUMBER + "))?$");
  const COMMA = /^(?:[+-]?[0-9]+,[0-9]+|[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?)$/;
  const LONGEST = 2000, DEEPEST = 8;

  function isMissing(text) {
    return ["", "...", "…"].includes(text.trim());
  }

  function quote(text) {
    const line = Array.from(text.trim().replace(/\s+/g, " "));
    return line.length > 40 ? "“" + line.slice(0, 40).join("") + "…”" : "“" + line.join("") + "”";
  }

  function readText(text, scalar) {
    const unreadable = { problem: "text", got: quote(text) };
    if (Array.from(text).length > LONGEST) return unreadable;
    let tidy = text.trim().replace(/[\u2212\u2013]/g, "-");
    if (scalar && COMMA.test(tidy)) return { problem: "comma", got: quote(text) };
    const rows = tidy.match(/^\[?([^\[\]()]*;[^\[\]()]*)\]?$/);
    if (rows) tidy = "[" + rows[1].split(";").join("][") + "]";
    tidy = tidy.replace(/\(/g, "[").replace(/\)/g, "]").replace(/\s*\/\s*/g, "/");
    const levels = [[]];
    for (const token of tidy.match(/[\[\]]|[^\s,\[\]]+/g) || []) {
      const number = readNumber(token);
      if (token === "[" && levels.length < DEEPEST) levels.push([]);
      else if (token === "]" && levels.length > 1) { const closed = levels.pop(); levels.at(-1).push(closed); }
      else if (number !== null) levels.at(-1).push(number);
      else return token.includes("%") ? { problem: "percent", got: quote(text) } : unreadable;
    }
    if (levels.length > 1 || levels[0].length === 0) return unreadable;
    return toArray(levels[0].length === 1 ? levels[0][0] : levels[0]);
  }

  function readNumber(token) {
    const special = token.match(/^([+-]?)(nan|inf|infinity)$/i);
    if (special) return special[2].toLowerCase() === "nan" ? NaN : special[1] === "-" ? -Infinity : Infinity;
    const fraction = token.match(FRACTION);
    if (!fraction) return null;
    const above = Number(fraction[1]), below = Number(fraction[2] || 1);
    return below ? above / below : NaN;
  }

  function toArray(data) {
    if (typeof data === "number") return { shape: [], numbers: [data] };
    const items = data.map(toArray);
    const problem = items.find((item) => item.problem);
    if (problem) return problem;
    if (new Set(items.map((item) => String(item.shape))).size > 1) return { problem: "ragged", got: "" };
    const inner = items.length ? items[0].shape : [];
    return { shape: [items.length, ...inner], numbers: items.flatMap((item) => item.numbers) };
  }

  // Numbers and sentences: see nnbook/exercises/results.py.

  function numberText(x) {
    if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
    if (Number.isInteger(x) && Math.abs(x) < 1e15) return String(x === 0 ? 0 : x);
    const rounded = Number(x.toPrecision(10));
    if (Math.abs(rounded) >= 1e-4 && Math.abs(rounded) < 1e15) return String(rounded);
    const [mantissa, exponent] = rounded.toExponential(9).split("e");
    return mantissa.replace(/0+$/, "").replace(/\.$/, "") + "e" + Number(exponent);
  }

  function shapeText(shape) {
    if (shape.length === 0) return "a single number";
    if (shape.length === 1) return "a list of " + shape[0] + " number" + (shape[0] === 1 ? "" : "s");
    return "an array of shape (" + shape.join(", ") + ")";
  }

  function arrayText(array) {
    if (array.numbers.length === 0 || array.numbers.length > 12) return shapeText(array.shape);
    let texts = array.numbers.map(numberText);
    for (const size of array.shape.slice().reverse()) {
      const rows = [];
      for (let i = 0; i < texts.length; i += size) rows.push("[" + texts.slice(i, i + size).join(", ") + "]");
      texts = rows;
    }
    return texts[0];
  }

  const tupleText = (numbers) => "(" + numbers.map(numberText).join(", ") + ")";

  function sentence(data, key, fields) {
    return key ? data.sentences[key].replace(/\{(\w+)\}/g, (_, name) => fields[name]) : "";
  }

  function say(data, status, key, fields, part, after) {
    const texts = [data.statuses[status], part ? part + ":" : "", sentence(data, key, fields || {}), after];
    return { status: status, message: texts.filter(Boolean).join(" ") };
  }

  // Numeric: see nnbook/exercises/numeric.py.

  function near(x, y, rtol, atol) {
    return x === y || Math.abs(x - y) <= atol + rtol * Math.abs(y);
  }

  function sameShape(a, b) {
    return String(a.shape) === String(b.shape) && a.shape.length === b.shape.length;
  }

  function close(got, wanted, rtol, atol) {
    return !got.problem && sameShape(got, wanted) && got.numbers.every((x, i) => near(x, wanted.numbers[i], rtol, atol));
  }

  function examine(got, wanted, rtol, atol) {
    if (got.problem) return [got.problem, { got: got.got, wanted: wanted.wanted }];
    if (!sameShape(got, wanted)) return ["shape", { got: shapeText(got.shape), wanted: wanted.wanted }];
    if (!got.numbers.every(Number.isFinite)) return ["finite", { got: arrayText(got) }];
    const wrong = got.numbers.filter((x, i) => !near(x, wanted.numbers[i], rtol, atol)).length;
    if (wrong === 0) return null;
    const fields = { got: arrayText(got), wrong: wrong, count: wanted.numbers.length };
    return [wanted.shape.length ? "values" : "value", fields];
  }

  function gradeNumeric(data, answer) {
    const names = Object.keys(data.parts);
    if (names.every((name) => isMissing(answer[name]))) return say(data, "not-attempted", "missing", data);
    const got = {}, problems = {};
    for (const name of names) {
      const wanted = data.parts[name], scalar = wanted.shape.length === 0;
      got[name] = isMissing(answer[name]) ? { problem: "missing" } : readText(answer[name], scalar);
      problems[name] = examine(got[name], wanted, data.rtol, data.fires ? Infinity : data.atol);
    }
    const right = names.filter((name) => !problems[name]);
    if (right.length < names.length) return gradeParts(data, got, problems, right);
    return data.fires ? gradeFires(data, got) : say(data, "correct");
  }

  function gradeParts(data, got, problems, right) {
    const names = Object.keys(problems), some = right.length > 0 && !data.fires;
    const after = some ? sentence(data, "right-so-far", { names: right.join(", ") }) : "";
    const mistake = !data.fires && data.mistakes.find((m) =>
      Object.keys(m.parts).every((name) => close(got[name], m.parts[name], data.rtol, data.atol)));
    const part = mistake ? Object.keys(mistake.parts)[0] : names.find((name) => problems[name]);
    const [key, fields] = mistake
      ? ["mistake", { got: arrayText(got[part]), feedback: mistake.feedback }]
      : problems[part];
    const wrong = ["missing", "value", "values", "mistake"].includes(key);
    return say(data, some ? "partly" : wrong ? "wrong" : "invalid", key, fields, names.length > 1 ? part : "", after);
  }

  function gradeFires(data, got) {
    const answers = firesAnswers(data.fires, got), wanted = data.fires.cases.map((pair) => pair[1]);
    const right = answers.map((outputs, i) => String(outputs) === String(wanted[i]));
    const first = right.indexOf(false);
    if (first < 0) return say(data, "correct");
    const fields = {
      inputs: tupleText(data.fires.cases[first][0]), got: tupleText(answers[first]), wanted: tupleText(wanted[first]),
      right: right.filter(Boolean).length, count: right.length,
    };
    const mistake = data.mistakes.find((m) => String(firesAnswers(data.fires, m.parts)) === String(answers));
    return say(data, "wrong", "property", fields, "", mistake ? mistake.feedback : sentence(data, "hint"));
  }

  // Step neurons: see nnbook/exercises/threshold.py.

  function firesAnswers(fires, parts) {
    return fires.cases.map(([inputs]) => fires.layers.reduce(
      (a, [weight, bias]) => stepLayer(a, parts[weight].numbers, parts[bias].numbers), inputs));
  }

  function stepLayer(a, weights, biases) {
    return biases.map((bias, j) => {
      const z = a.reduce((sum, x, i) => sum + x * weights[i * biases.length + j], bias);
      return z >= -1e-9 ? 1 : 0;
    });
  }

  // Choice: see nnbook/exercises/choice.py.

  function gradeChoice(data, answer) {
    const chosen = data.options.filter((option) => answer.option.includes(option.name));
    if (chosen.length === 0) return say(data, "not-attempted", "missing", data);
    const wrong = chosen.filter((option) => !option.right), hits = chosen.length - wrong.length;
    const all = data.options.filter((option) => option.right).length;
    if (wrong.length === 0 && hits === all) {
      return data.several ? say(data, "correct") : say(data, "correct", "feedback", chosen[0]);
    }
    const status = hits > wrong.length ? "partly" : "wrong";
    if (wrong.length === 0) return say(data, status, "more");
    const feedback = (data.several ? "“" + wrong[0].text + "” " : "") + wrong[0].feedback;
    return say(data, status, "feedback", { feedback: feedback });
  }

  // Explain: the reader compares; see nnbook/exercises/explain.py.

  function gradeExplain(data, answer) {
    if (isMissing(answer.text)) return say(data, "not-attempted", "missing", data);
    const count = answer.text.trim().split(/\s+/).length;
    return say(data, "unmarked", "compare", { got: count + (count === 1 ? " word" : " words") });
  }

  // The form.

  const GRADERS = { Numeric: gradeNumeric, Choice: gradeChoice, Explain: gradeExplain };

  function fieldsOf(form) {
    return Array.from(form.querySelectorAll("input, textarea"));
  }

  function isBox(field) {
    return field.type === "radio" || field.type === "checkbox";
  }

  /* What was entered: texts by name, and for boxes the list of those ticked. */
  function entered(form) {
    const answer = {};
    for (const field of fieldsOf(form)) {
      if (!isBox(field)) answer[field.name] = field.value;
      else answer[field.name] = (answer[field.name] || []).concat(field.checked ? field.value : []);
    }
    return answer;
  }

  function enter(form, answer) {
    for (const field of fieldsOf(form)) {
      const value = answer[field.name];
      if (isBox(field)) field.checked = Array.isArray(value) && value.includes(field.value);
      else field.value = typeof value === "string" ? value : "";
    }
  }

  // Storage may be switched off, full, or hold what another program wrote: then the page works without it.

  function stored(form) {
    try {
      return JSON.parse(localStorage.getItem("nnbook.exercise." + form.id)) || {};
    } catch (error) {
      return {};
    }
  }

  function store(form, status) {
    try {
      localStorage.setItem("nnbook.exercise." + form.id, JSON.stringify({ answer: entered(form), status: status }));
    } catch (error) {
      return;
    }
  }

  function erase(form) {
    try {
      localStorage.removeItem("nnbook.exercise." + form.id);
    } catch (error) {
      return;
    }
  }

  function report(form, result) {
    const place = form.querySelector(".result");
    place.textContent = result.message;
    place.dataset.status = result.status;
    const rubric = form.querySelector(".rubric");
    if (rubric) rubric.hidden = result.status !== "unmarked";
  }

  function start(form) {
    const data = JSON.parse(form.querySelector("script").textContent), silent = { message: "", status: "" };
    const check = () => {
      const result = GRADERS[data.kind](data, entered(form));
      if (result.status === "correct" && data.takeaway) result.message += " " + data.takeaway;
      return result;
    };
    form.querySelectorAll("button").forEach((button) => { button.hidden = false; });
    const before = stored(form);
    enter(form, before.answer || {});
    report(form, before.status ? check() : silent);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const result = check();
      report(form, result);
      store(form, result.status);
    });
    form.addEventListener("input", (event) => {
      if (event.target.name !== "rubric") report(form, silent);
      store(form, event.target.name === "rubric" ? "unmarked" : "");
    });
    form.querySelector(".erase").addEventListener("click", () => {
      enter(form, {});
      erase(form);
      report(form, silent);
      fieldsOf(form)[0].focus();
    });
  }

  function startAll() {
    document.querySelectorAll("form.exercise").forEach((form) => {
      if (form.querySelector("script")) start(form);
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", startAll);
  else startAll();
})();
