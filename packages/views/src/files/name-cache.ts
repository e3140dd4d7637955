const MOST_NAMES = 1000

/** Remembers which file a name means: to find it out asks the disk several times. */
export class NameCache {
  private readonly files = new Map<string, string>()
  private readonly isOn: boolean
  private readonly find: (name: string) => string

  constructor(isOn: boolean, find: (name: string) => string) {
    this.isOn = isOn
    this.find = find
  }

  get(name: string): string {
    const known = this.files.get(name)
    if (known !== undefined) return known
    const file = this.find(name)
    if (this.isOn) {
      // One file has endless spellings ("./a", "././a"), and a name may come from a request.
      if (this.files.size >= MOST_NAMES) this.files.clear()
      this.files.set(name, file)
    }
    return file
  }

  clear(): void {
    this.files.clear()
  }
}
