/* Helps to build forms: conditions offer the questions above them and their answers, keys are made from labels.
   Without this script the same fields take keys as text. Questions are read from the page as it is, saved or not. */
(() => {
  "use strict";
  const script = document.currentScript;
  const COMPARED_WITH_DAYS = ["before", "after", "within_days"];
  let offered = { blocks: {}, words: {} };

  const named = (name) => document.querySelector(`[name="${CSS.escape(name)}"]`);
  const value = (name) => named(name)?.value ?? "";
  const isGone = (prefix) => value(`${prefix}-deleted`) === "1";

  const count = (prefix) => Number(value(`${prefix}-count`)) || 0;

  /* Blocks of a sequence in the order in which they stand, which is not the order of their numbers. */
  const children = (prefix) =>
    Array.from({ length: count(prefix) }, (_, number) => `${prefix}-${number}`)
      .filter((child) => !isGone(child))
      .sort((one, other) => Number(value(`${one}-order`)) - Number(value(`${other}-order`)));

  const options = (prefix) =>
    children(`${prefix}-options`).map((child) => [
      value(`${child}-value-key`) || keyFrom(value(`${child}-value-label`)),
      value(`${child}-value-label`),
    ]);

  const answersOf = (question) => (question.options.length ? question.options : offered[question.type] || []);

  const questionsIn = (stream, title) =>
    children(stream).flatMap((child) => {
      const type = value(`${child}-type`);
      if (type === "shared") {
        const block = offered.blocks[value(`${child}-value-block`)] || [];
        const without = value(`${child}-value-without`).split(",").map((key) => key.trim());
        return block
          .filter((question) => !without.includes(question.key))
          .map((question) => ({ ...question, title, place: child }));
      }
      const key = value(`${child}-value-key`) || keyFrom(value(`${child}-value-label`));
      return [{ key, label: value(`${child}-value-label`), type, options: options(`${child}-value`), title, place: child }];
    });

  /* All questions of the form in reading order; of a reusable block where one is edited. */
  const questions = () =>
    named("steps-count")
      ? children("steps").flatMap((step) => questionsIn(`${step}-value-questions`, value(`${step}-value-title`)))
      : questionsIn("questions", "");

  const ASKS = (question) => !["info", "notice", "office"].includes(question.type);

  /* Those a condition at this place may name: above it. A rule may name all, a stop also those of its own step. */
  const earlier = (name) => {
    const all = questions();
    const own = all.findIndex((question) => name.startsWith(`${question.place}-value-`));
    if (own >= 0) return all.slice(0, own);
    const step = /^steps-\d+/.exec(name)?.[0];
    if (!step) return all;
    const inStep = (question) => question.place.startsWith(`${step}-`);
    const first = all.findIndex(inStep);
    const order = children("steps");
    if (name.includes("-stop_if-")) {
      const until = order.slice(0, order.indexOf(step) + 1);
      return all.filter((question) => until.some((above) => question.place.startsWith(`${above}-`)));
    }
    if (first >= 0) return all.slice(0, first);
    const above = order.slice(0, order.indexOf(step));
    return all.filter((question) => above.some((before) => question.place.startsWith(`${before}-`)));
  };

  const keyFrom = (label) => {
    const letters = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };
    const text = label
      .toLowerCase()
      .replace(/[äöüß]/g, (letter) => letters[letter])
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "")
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^_+|_+$/g, "")
      .slice(0, 32)
      .replace(/_+$/, "");
    return !text || /^[a-z]/.test(text) ? text : `q_${text}`;
  };

  const changed = (input) => {
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const option = (key, label, chosen) => {
    const made = document.createElement("option");
    made.value = key;
    made.textContent = label;
    made.selected = key === chosen;
    return made;
  };

  const labelled = (control, input) => {
    const label = document.querySelector(`label[for="${CSS.escape(input.id)}"]`);
    control.id = `${input.id}-chooser`;
    if (label) label.htmlFor = control.id;
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (input.hasAttribute(name)) control.setAttribute(name, input.getAttribute(name));
    }
  };

  const { Controller } = window.StimulusModule;

  class QuestionController extends Controller {
    connect() {
      if (this.select) return;
      this.select = document.createElement("select");
      this.select.className = "lotse-chooser";
      this.element.before(this.select);
      this.element.hidden = true;
      labelled(this.select, this.element);
      this.select.addEventListener("focus", () => this.fill());
      this.select.addEventListener("pointerdown", () => this.fill());
      this.select.addEventListener("change", () => {
        this.element.value = this.select.value;
        changed(this.element);
      });
      this.refresh = () => this.fill();
      document.addEventListener("lotse:keys", this.refresh);
      this.fill();
    }

    disconnect() {
      document.removeEventListener("lotse:keys", this.refresh);
    }

    fill() {
      const name = this.element.name;
      const chosen = this.element.value;
      const found = earlier(name).filter(ASKS);
      const rows = [option("", offered.words.choose || "…", chosen)];
      if (name.startsWith("routing-")) rows.push(option("_language", offered.words.reader || "_language", chosen));
      rows.push(
        ...found.map((question) =>
          option(question.key, [question.title, question.label].filter(Boolean).join(" › "), chosen)
        )
      );
      if (chosen && !rows.some((row) => row.value === chosen)) {
        rows.push(option(chosen, (offered.words.unknown || "{key}").replace("{key}", chosen), chosen));
      }
      this.select.replaceChildren(...rows);
    }
  }

  class AnswersController extends Controller {
    connect() {
      if (this.box) return;
      this.box = document.createElement("fieldset");
      this.box.className = "lotse-chooser lotse-answers";
      this.element.before(this.box);
      this.prefix = this.element.name.replace(/-answers$/, "");
      this.listen = (event) => {
        const name = event.target?.name || "";
        if (name === `${this.prefix}-question` || name === `${this.prefix}-comparison`) this.fill();
      };
      this.refresh = () => this.fill();
      document.addEventListener("change", this.listen);
      document.addEventListener("lotse:keys", this.refresh);
      this.box.addEventListener("focusin", () => this.keepUp());
      this.fill();
    }

    disconnect() {
      document.removeEventListener("change", this.listen);
      document.removeEventListener("lotse:keys", this.refresh);
    }

    answers() {
      const key = value(`${this.prefix}-question`);
      if (COMPARED_WITH_DAYS.includes(value(`${this.prefix}-comparison`))) return [];
      if (key === "_language") return offered.language || [];
      const question = questions().find((entry) => entry.key === key);
      return question ? answersOf(question) : [];
    }

    keepUp() {
      if (this.shown !== JSON.stringify(this.answers())) this.fill();
    }

    fill() {
      const found = this.answers();
      this.shown = JSON.stringify(found);
      const chosen = this.element.value.split(",").map((key) => key.trim()).filter(Boolean);
      const several = value(`${this.prefix}-comparison`) === "any_of";
      this.box.hidden = !found.length;
      this.element.hidden = Boolean(found.length);
      const legend = document.createElement("legend");
      legend.className = "w-sr-only";
      legend.textContent = offered.words.answers || "";
      const rows = found.map(([key, text]) => {
        const label = document.createElement("label");
        const tick = document.createElement("input");
        tick.type = several ? "checkbox" : "radio";
        tick.name = `${this.element.id}-tick`;
        tick.value = key;
        tick.checked = chosen.includes(key);
        tick.setAttribute("form", "lotse-none");
        tick.addEventListener("change", () => this.write());
        label.append(tick, document.createTextNode(text || key));
        return label;
      });
      this.box.replaceChildren(legend, ...rows);
    }

    write() {
      const ticked = [...this.box.querySelectorAll("input:checked")].map((tick) => tick.value);
      this.element.value = ticked.join(", ");
      changed(this.element);
    }
  }

  /* A key is made when the label is left for the first time, so that a later correction of the label keeps it. */
  document.addEventListener("focusout", (event) => {
    const name = event.target?.name || "";
    const found = /^((?:steps|questions)-.*value-)(label|title)$/.exec(name);
    const key = found && named(`${found[1]}key`);
    if (key && "lotseKey" in key.dataset && !key.value && event.target.value) {
      const options = /-options-\d+-value-$/.test(found[1]);
      const taken = new Set(
        [...document.querySelectorAll("[data-lotse-key]")]
          .filter((other) => other !== key && /-options-\d+-value-/.test(other.name) === options)
          .filter((other) => !options || other.name.replace(/\d+-value-key$/, "") === key.name.replace(/\d+-value-key$/, ""))
          .map((other) => other.value)
      );
      const stem = keyFrom(event.target.value);
      let made = stem;
      for (let number = 2; taken.has(made); number += 1) made = `${stem}_${number}`;
      key.value = made;
      changed(key);
    }
  });

  const start = () => {
    window.wagtail.app.register("lotse-question", QuestionController);
    window.wagtail.app.register("lotse-answers", AnswersController);
    fetch(script.dataset.keys, { headers: { accept: "application/json" } })
      .then((answer) => answer.json())
      .then((found) => {
        offered = found;
        document.dispatchEvent(new Event("lotse:keys"));
      })
      .catch(() => {});
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
