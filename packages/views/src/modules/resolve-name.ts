/**
 * The name below the roots that a template's name means, as the engine finds it in files: beside the one
 * that names it first, then from the roots.
 *
 * @param extension - added to a name without one; with its dot.
 * @param from - the template that names it.
 * @returns undefined when there is none.
 */
export function resolveName(
  names: { has(name: string): boolean },
  name: string,
  extension: string,
  from?: string,
): string | undefined {
  const file = /\.[^./]+$/.test(name) ? name : name + extension
  const beside = from === undefined || file.startsWith('/') ? [] : [joined(folderOf(from), file)]
  return [...beside, joined('', file)].find((each) => each !== undefined && names.has(each))
}

function folderOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')))
}

/** Undefined when dots lead out. */
function joined(folder: string, name: string): string | undefined {
  const parts: string[] = []
  for (const part of `${folder}/${name}`.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join('/')
}
