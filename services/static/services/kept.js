// Says in time, once and aloud, that the answers will be deleted, and shows the button to keep them. Without this
// script the page says until when they are kept, and warns when it is opened late.
(() => {
  const note = document.querySelector("[data-kept-until]");
  if (!note) return;
  const left = Date.parse(note.dataset.keptUntil) - Date.now() - 15 * 60 * 1000;
  const longest = 2 ** 31 - 1; // milliseconds a browser can wait
  if (left > longest) return;
  setTimeout(() => {
    note.hidden = true; // shown anew below, so that screen readers say it even where it was on the page already
    note.setAttribute("role", "alert");
    setTimeout(() => (note.hidden = false), 50);
  }, Math.max(left, 0));
})();
