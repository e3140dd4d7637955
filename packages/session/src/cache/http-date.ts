/**
 * Reads an HTTP-date in any of the three forms a recipient must accept (RFC 9110 §5.6.7).
 *
 * `Date.parse` would also take `2020`, `1 Jan` and other local notations, and a validator that is
 * no HTTP-date has to be ignored instead.
 *
 * @returns milliseconds since 1970, or `undefined` when the text is no HTTP-date.
 */
export function parseHttpDate(text: string | undefined): number | undefined {
  if (text === undefined || text.length > LONGEST) return undefined
  const imf = IMF_FIXDATE.exec(text)
  if (imf) return moment(imf[3], imf[2], imf[1], imf[4], imf[5], imf[6])
  const rfc850 = RFC_850.exec(text)
  if (rfc850) {
    return moment(fullYear(rfc850[3]), rfc850[2], rfc850[1], rfc850[4], rfc850[5], rfc850[6])
  }
  const asctime = ASCTIME.exec(text)
  if (!asctime) return undefined
  return moment(asctime[6], asctime[1], asctime[2]?.trim(), asctime[3], asctime[4], asctime[5])
}

const LONGEST = 33 // `Wednesday, 09-Nov-94 08:49:37 GMT`
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const IMF_FIXDATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/
const RFC_850 =
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\d\d)-([A-Z][a-z]{2})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/
const ASCTIME =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/

/** Two digits mean the most recent past century that is not more than 50 years ahead (§5.6.7). */
function fullYear(twoDigits: string | undefined): string {
  const now = new Date().getUTCFullYear()
  let year = now - (now % 100) + Number(twoDigits)
  if (year > now + 50) year -= 100
  return String(year)
}

function moment(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  hours: string | undefined,
  minutes: string | undefined,
  seconds: string | undefined,
): number | undefined {
  const index = MONTHS.indexOf(month ?? '')
  const time = Date.UTC(
    Number(year),
    index,
    Number(day),
    Number(hours),
    Number(minutes),
    Math.min(Number(seconds), 59), // a leap second is valid, and Date has none
  )
  // A day such as 31 February, or an hour 25, would have flowed over into another date.
  const date = new Date(time)
  const kept =
    index !== -1 && date.getUTCDate() === Number(day) && date.getUTCHours() === Number(hours)
  return kept && date.getUTCMinutes() === Number(minutes) && Number(seconds) <= 60
    ? time
    : undefined
}
