/** Light and dark as the reader has it; the fonts that are there. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1d2026; --dim: #676d78; --paper: #fbfbfa; --box: #f0f0ee; --line: #d9d9d5; --fault: #b3261e; --mark: #ffe3e0; --link: #0b57d0 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e3; --dim: #9aa0aa; --paper: #17181b; --box: #202227; --line: #34373e; --fault: #ff8a80; --mark: #4a2320; --link: #8ab4f8 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
header { display: flex; gap: 1rem; justify-content: space-between; align-items: start; color: var(--dim); overflow-wrap: anywhere }
header p { margin: 0 }
button { font: inherit; padding: .2rem .8rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--box); color: inherit; white-space: nowrap }
section { margin: 1.5rem 0; padding-top: 1rem; border-top: 1px solid var(--line) }
h1 { margin: 0; font-size: 1.3rem; color: var(--fault) }
h1 code { font-size: .8rem; color: var(--dim) }
h2 { margin: 0 0 .5rem; font-size: 1rem }
h3 { margin: 1rem 0 .2rem; font-size: .9rem; color: var(--dim) }
pre, code, td, th, li { font-family: ui-monospace, monospace; font-size: .85rem }
pre { margin: .5rem 0; padding: .8rem; overflow-x: auto; background: var(--box); border-radius: .4rem }
pre.message { padding: 0; background: none; font-size: 1rem; white-space: pre-wrap; overflow-wrap: anywhere }
mark { background: var(--mark); color: inherit }
ol { margin: .3rem 0; padding-left: 1.2rem; list-style: none }
a { color: var(--link) }
.dim, .role, summary { color: var(--dim) }
table { width: 100%; border-collapse: collapse; table-layout: fixed }
th { width: 14rem; text-align: left; vertical-align: top; font-weight: normal; color: var(--dim) }
th, td { padding: .15rem .4rem .15rem 0; overflow-wrap: anywhere; white-space: pre-wrap }
@media (max-width: 40rem) { th { width: 8rem } }
`
