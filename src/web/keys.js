// Everything here is a convenience: each page works without it. A key presses the button or link that carries its name,
// and only while a case has the focus, so that no key surprises anybody elsewhere (WCAG 2.1.4).

document.documentElement.classList.add('js')

const cases = () => [...document.querySelectorAll('[data-case]')]
const status = document.querySelector('[role=status]')

/** After an answer the address names the next case; without one, the first there is; without any, the way back. */
const named = location.hash.startsWith('#case-') ? document.getElementById(location.hash.slice(1)) : null
const next =
  named ?? (document.querySelector('.status') ? (cases()[0] ?? document.querySelector('[data-key=u]')) : null)
next?.focus()

/** Screen readers speak a status when it changes, not when a page arrives with one: so it is said beside the page. */
if (status) {
  const said = document.createElement('p')
  said.className = 'unseen'
  said.ariaLive = 'polite'
  document.body.append(said)
  setTimeout(() => said.append(status.textContent), 200)
  // Nobody who reads the page to its end should meet it twice.
  setTimeout(() => said.remove(), 10_000)
}

const typing = (element) => element.matches('input:not([type=checkbox], [type=radio]), textarea, select')

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  const here = event.target instanceof Element ? event.target.closest('[data-case], .status') : null
  if (!here || typing(event.target)) return
  if (pressed(event.key, here)) event.preventDefault()
})

function pressed(key, here) {
  if (key === 'j' || key === 'k') return move(here, key === 'j' ? 1 : -1)
  if (key === '?') return open(document.getElementById('keys'))
  if (!/^[acdosu]$/.test(key)) return false
  const target = (key === 'u' ? document : here).querySelector(`[data-key=${key}]`)
  if (!target) return false
  target.click()
  const details = target.closest('details')
  if (key === 'c' && details?.open) details.querySelector('input:not([type=hidden])')?.focus()
  return true
}

/** From card to card; on the page of one case, to the next case or back to the queue. */
function move(here, by) {
  const all = cases()
  const beside = all[all.indexOf(here) + by]
  if (beside) beside.focus()
  else if (all.length === 1 && all[0] === here) document.querySelector(`[data-beside="${by}"]`)?.click()
  return true
}

function open(details) {
  details.open = true
  details.querySelector('summary').focus()
  return true
}

/** A second press while the first is on its way is dropped. Coming back with the browser's button makes it live again. */
const sent = new WeakSet()
document.addEventListener('submit', (event) => {
  if (sent.has(event.target)) event.preventDefault()
  sent.add(event.target)
})
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})
