// The open case: every half minute says that somebody looks at it, shows who else does, and whether it has changed.
// Keeps the token of the forms fresh, so that what was typed can still be sent after logging in again in another tab.
// Without this script the page shows who is there when it is loaded, and the version in each form tells the rest.
(() => {
  const state = document.querySelector("[data-presence]");
  if (!state) return;
  const show = (name, on) => { state.querySelector(`[${name}]`).hidden = !on; };
  async function ask() {
    if (document.hidden) return;
    let told;
    try {
      const answer = await fetch(state.dataset.presence, { headers: { Accept: "application/json" } });
      if (answer.redirected || !answer.ok) return show("data-logged-out", answer.redirected);
      told = await answer.json();
    } catch { return; } // no network: the next try comes in half a minute
    show("data-logged-out", false);
    const line = state.querySelector("[data-looking]");
    if (line.textContent !== told.words) line.textContent = told.words;
    show("data-changed", String(told.version) !== state.dataset.version);
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = told.token; });
  }
  setInterval(ask, 30000);
  document.addEventListener("visibilitychange", ask);
  const target = document.getElementById("problem") || document.getElementById("preview");
  if (target) target.focus();
})();
