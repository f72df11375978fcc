// Keys and "choose all" for the list of cases. Everything works without this file; the keys can be switched off.
(() => {
  const form = document.querySelector("[data-inbox-list]");
  const keys = document.querySelector("[data-inbox-keys]");
  const STORE = "lotse-inbox-keys";
  const boxes = form ? [...form.querySelectorAll('input[name="case"]')] : [];

  // On a telephone the filters would stand between the overviews and the cases.
  const narrow = document.querySelector(".inbox-narrow");
  if (narrow && matchMedia("(max-width: 40rem)").matches) narrow.open = false;

  const all = form && form.querySelector("[data-choose-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("click", () => {
      const choose = boxes.some((box) => !box.checked);
      boxes.forEach((box) => { box.checked = choose; });
    });
  }
  if (!keys) return;

  const read = () => { try { return localStorage.getItem(STORE) !== "off"; } catch { return true; } };
  let on = read();
  const box = keys.querySelector("[data-inbox-keys-on]");
  keys.hidden = false;
  box.checked = on;
  box.addEventListener("change", () => {
    on = box.checked;
    try { localStorage.setItem(STORE, on ? "on" : "off"); } catch { /* a private window remembers nothing */ }
  });

  const links = form ? [...form.querySelectorAll("a.inbox-number")] : [];
  const here = () => links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const go = (place) => { if (links[place]) links[place].focus(); };
  const press = (name) => {
    const place = here();
    if (!boxes.some((one) => one.checked) && place >= 0) boxes[place].checked = true;
    if (boxes.some((one) => one.checked)) form.querySelector(`button[value="${name}"]`).click();
  };
  const does = {
    j: () => go(here() + 1),
    k: () => go(here() < 0 ? links.length - 1 : here() - 1),
    x: () => { const place = here(); if (place >= 0) boxes[place].checked = !boxes[place].checked; },
    t: () => press("take"),
    a: () => press("assign"),
    "/": () => {
      const number = document.getElementById("id_q");
      if (!number) return;
      number.closest("details").open = true;
      number.focus();
    },
    "?": () => { keys.open = true; keys.querySelector("summary").focus(); },
  };

  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const at = event.target;
    // A checkbox writes nothing, so the keys go on there.
    const writes = at.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (writes || !Object.hasOwn(does, event.key) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    does[event.key]();
  });
})();
