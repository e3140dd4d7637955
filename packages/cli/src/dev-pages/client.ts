/** Where pages find the script that reads them again. */
export const CLIENT_PATH = '/__tokkyu/client.js'
/** Where that script learns of changes. */
export const EVENTS_PATH = '/__tokkyu/events'

/**
 * Runs in pages: reads the page again when the run of the application is another one, or a file was
 * saved; style sheets are exchanged without that.
 *
 * `data:` lines of events are empty but for the run, so nothing that a file holds gets here.
 */
export const clientScript = `(() => {
  const run = new URL(document.currentScript.src).searchParams.get('boot')
  const events = new EventSource('${EVENTS_PATH}')
  const again = () => { events.close(); location.reload() }
  events.addEventListener('boot', ({ data }) => { if (data !== run) again() })
  events.addEventListener('reload', again)
  events.addEventListener('style', () => {
    for (const old of document.querySelectorAll('link[rel~="stylesheet"][href]')) {
      const url = new URL(old.href)
      if (url.origin !== location.origin) continue
      url.searchParams.set('tokkyu', Date.now())
      const renewed = old.cloneNode()
      renewed.href = url.href
      renewed.addEventListener('load', () => old.remove(), { once: true })
      old.after(renewed)
    }
  })
  addEventListener('pagehide', () => events.close())
})()
`
