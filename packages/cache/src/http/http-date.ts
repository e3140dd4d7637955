const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`

/** The form that is sent today, and the two that a recipient must know as well (RFC 9110 §5.6.7). */
const FORMS = [
  String.raw`[a-z]{3}, (?<day>\d\d) (?<month>[a-z]{3}) (?<year>\d{4}) ${TIME} GMT`,
  String.raw`[a-z]{6,9}, (?<day>\d\d)-(?<month>[a-z]{3})-(?<year>\d\d) ${TIME} GMT`,
  String.raw`[a-z]{3} (?<month>[a-z]{3}) (?<day>[ \d]\d) ${TIME} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`, 'i'))

const YEAR = 365.25 * 24 * 3600 * 1000

/** Milliseconds since 1970 of an HTTP-date; `undefined` for what is none, however readable. */
export function parseHttpDate(text: string | undefined): number | undefined {
  for (const form of FORMS) {
    const parts = form.exec(text ?? '')?.groups
    if (!parts) continue
    const month = MONTHS.indexOf(parts['month']!.toLowerCase())
    if (month === -1) return undefined
    const [day, hour, minute, second] = ['day', 'hour', 'minute', 'second'].map((name) =>
      Number(parts[name]),
    ) as [number, number, number, number]
    const timeIn = (year: number): number => Date.UTC(year, month, day, hour, minute, second)
    if (parts['year']!.length === 4) return timeIn(Number(parts['year']))
    // Two digits that seem to lie more than 50 years ahead are of the century before.
    const time = timeIn(2000 + Number(parts['year']))
    return time > Date.now() + 50 * YEAR ? timeIn(1900 + Number(parts['year'])) : time
  }
  return undefined
}
