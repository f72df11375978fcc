// Fills number and secret from the code on the receipt (#NUMBER/SECRET), which no server and no log ever sees,
// and takes them out of the address at once. Without this script people type both.
(() => {
  const [number, secret] = decodeURIComponent(location.hash.slice(1)).split("/");
  const form = document.querySelector("form[data-receipt]");
  if (!form || !secret) return;
  history.replaceState(null, "", location.pathname);
  form.elements.number.value = number;
  form.elements.secret.value = secret;
})();
