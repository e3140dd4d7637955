import { escapeHtml } from '../escape-html.ts'

/**
 * Puts pagelets into their places in a browser that does not do so itself, of which it asks at its end.
 * Such a browser reads `<?start name="p1">` and `<?end>` as comments. A template is whole when something
 * stands behind it.
 */
const PLACER =
  '{let d=document,f=()=>{for(let t of d.querySelectorAll("template[for]"))if(t.nextSibling){' +
  'let m,n=d.evaluate(`//comment()[.=\'?start name="${t.getAttribute("for")}"\']`,d,null,9).singleNodeValue;' +
  'if(n){while((m=n.nextSibling)&&m.data!="?end")m.remove();n.replaceWith(t.content)}t.remove()}};' +
  '"htmlFor"in HTMLTemplateElement.prototype||(new MutationObserver(f).observe(d.body,{childList:1}),f())}'

/** The script, with the nonce that a page's policy asks for. */
export function placerScript(nonce: string | undefined): string {
  const attribute = nonce === undefined ? '' : ` nonce="${escapeHtml(nonce)}"`
  return `<script${attribute}>${PLACER}</script>`
}

/** A way to the form of the page that is whole without a script. */
export interface WayBack {
  /** Where it is: a URL, which may be relative. */
  readonly href: string
  /** What is written on the link. */
  readonly text: string
}

/**
 * The way back, for a browser that neither runs scripts nor knows pagelets: one that knows them takes it
 * away again at once.
 */
export function wayBackLink({ href, text }: WayBack): string {
  const link = `<p><a href="${escapeHtml(href)}">${escapeHtml(text)}</a></p>`
  return `<?start name="p0"><noscript>${link}</noscript><?end><template for="p0"></template>\n`
}
