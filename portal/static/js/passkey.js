// Shows what needs a passkey only where the browser can do it, and says in words when it failed.
(function () {
  'use strict'
  if (window.PublicKeyCredential) {
    document.querySelectorAll('[data-passkey]').forEach(function (part) { part.hidden = false })
  } else {
    document.querySelectorAll('[data-no-passkey]').forEach(function (part) { part.hidden = false })
  }
  document.addEventListener('allauth.error', function (event) {
    const sentence = document.getElementById('passkey-error')
    if (!sentence) { return }
    event.preventDefault()
    sentence.hidden = false
    sentence.focus()
  })
})()
